theorem nine_divides_four_pow_combo (n : Nat) : (4 ^ n + 15 * n) % 9 = 1 := by
  induction n with
  | zero => rfl
  | succ n ih => rw [Nat.pow_succ]; omega
