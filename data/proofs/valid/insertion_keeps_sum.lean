def insertUp (a : Nat) : List Nat → List Nat
  | [] => [a]
  | x :: xs => if a ≤ x then a :: x :: xs else x :: insertUp a xs

theorem insertion_keeps_sum (a : Nat) (xs : List Nat) : (insertUp a xs).sum = a + xs.sum := by
  induction xs with
  | nil => simp [insertUp]
  | cons x xs ih =>
    rw [insertUp]
    split
    · simp
    · simp [ih]; omega
