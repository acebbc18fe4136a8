theorem three_has_order_six_mod_seven (k : Nat) : 3 ^ (6 * k + 2) % 7 = 2 := by
  rw [Nat.pow_add, Nat.pow_mul, Nat.mul_mod, Nat.pow_mod]
  simp
