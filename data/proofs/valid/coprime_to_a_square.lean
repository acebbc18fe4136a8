theorem coprime_to_a_square (a b : Nat) (h : Nat.gcd a b = 1) : Nat.gcd a (b * b) = 1 := by
  exact Nat.Coprime.mul_right h h
