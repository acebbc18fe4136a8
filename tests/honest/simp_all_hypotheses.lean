theorem honest (p q r : Prop) (f : Nat → Nat) (h : p ∧ (q → f 3 = 4)) (hq : p → q) (hr : f 3 = 4 ↔ r) : r ∧ q := by
  simp_all
