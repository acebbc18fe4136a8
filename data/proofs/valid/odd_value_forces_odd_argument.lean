theorem odd_value_forces_odd_argument (a : Nat) (h : (a * a + 2 * a) % 2 = 1) : a % 2 = 1 := by
  rcases Nat.mod_two_eq_zero_or_one a with h0 | h1
  · have : a * a % 2 = 0 := by simp [Nat.mul_mod, h0]
    omega
  · exact h1
