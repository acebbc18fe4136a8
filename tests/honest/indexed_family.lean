inductive Vect (α : Type) : Nat → Type where
  | nil : Vect α 0
  | cons : α → Vect α n → Vect α (n + 1)

namespace Vect

def toList {α : Type} : Vect α n → List α
  | .nil => []
  | .cons a v => a :: v.toList

def head {α : Type} : Vect α (n + 1) → α
  | .cons a _ => a

end Vect

theorem honest {α : Type} {n : Nat} (v : Vect α n) : v.toList.length = n := by
  induction v with
  | nil => rfl
  | cons a v ih => rw [Vect.toList, List.length_cons, ih]
