set_option autoImplicit false
set_option maxRecDepth 2000

attribute [local simp] Nat.add_comm

variable (n : Nat)

@[simp] theorem helper (m : Nat) : n + m - n = m := by
  omega

set_option maxHeartbeats 400000 in
/-- A documented theorem. -/
@[simp] theorem honest (m : Nat) (h : 0 < m) : n + m - n ≠ 0 := by
  rw [helper]
  exact Nat.ne_of_gt h
