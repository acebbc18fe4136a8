theorem honest (p q r s : Prop) (hp : p) (hq : q) (hr : r) (hs : s) : (p ∧ q) ∧ (r ∧ s) ∧ (p ∨ False) := by
  repeat' constructor
  all_goals first | assumption | (left; assumption)
