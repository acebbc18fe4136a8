theorem euclid_step (a b q r : Nat) (h : a = q * b + r) : Nat.gcd a b = Nat.gcd b r := by
  subst h
  rw [Nat.gcd_comm, Nat.add_comm, Nat.gcd_add_mul_right_right]
