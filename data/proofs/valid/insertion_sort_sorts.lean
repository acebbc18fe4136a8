def place (a : Nat) : List Nat → List Nat
  | [] => [a]
  | x :: xs => if a ≤ x then a :: x :: xs else x :: place a xs

def sortUp : List Nat → List Nat
  | [] => []
  | x :: xs => place x (sortUp xs)

theorem insertion_sort_sorts (xs : List Nat) : (sortUp xs).Pairwise (fun a b => a ≤ b) := by
  have mem : ∀ (a : Nat) (l : List Nat) (y : Nat), y ∈ place a l ↔ y = a ∨ y ∈ l := by
    intro a l y
    induction l with
    | nil => simp [place]
    | cons x l ih => rw [place]; split <;> grind
  have ins : ∀ (a : Nat) (l : List Nat), l.Pairwise (fun a b => a ≤ b) →
      (place a l).Pairwise (fun a b => a ≤ b) := by
    intro a l hl
    induction l with
    | nil => simp [place]
    | cons x l ih =>
      rw [List.pairwise_cons] at hl
      rw [place]
      split
      · rw [List.pairwise_cons, List.pairwise_cons]
        grind
      · rw [List.pairwise_cons]
        refine ⟨?_, ih hl.2⟩
        intro y hy
        rcases (mem a l y).mp hy with rfl | hy
        · omega
        · exact hl.1 y hy
  induction xs with
  | nil => simp [sortUp]
  | cons x xs ih => exact ins x _ ih
