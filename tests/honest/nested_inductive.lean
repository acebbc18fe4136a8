inductive Rose (α : Type) where
  | node : α → List (Rose α) → Rose α

mutual

def Rose.size {α : Type} : Rose α → Nat
  | .node _ ts => 1 + sizes ts

def sizes {α : Type} : List (Rose α) → Nat
  | [] => 0
  | t :: ts => t.size + sizes ts

end

theorem honest {α : Type} (t : Rose α) : 0 < t.size := by
  cases t
  rw [Rose.size]
  omega
