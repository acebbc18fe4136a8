theorem linear_below_three_pow (n : Nat) : 2 * n + 1 ≤ 3 ^ n := by
  induction n with
  | zero => simp
  | succ n ih => rw [Nat.pow_succ]; omega
