import Std

class Magma (α : Type) where
  op : α → α → α
  idem : ∀ a, op a a = a

theorem target : Nonempty (Magma Empty) ∧ ∃ m : Magma Bool, m.op true true = false := by
  sorry
