inductive Tree (α : Type) where
  | leaf : Tree α
  | node : Tree α → α → Tree α → Tree α

theorem honest {α : Type} (l r l' r' : Tree α) (a b : α) (h : Tree.node l a r = .node l' b r') : a = b ∧ l = l' ∧ .leaf ≠ Tree.node l a r := by
  injection h with hl ha hr
  refine ⟨ha, hl, ?_⟩
  intro h
  cases h
