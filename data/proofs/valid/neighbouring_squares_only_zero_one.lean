theorem neighbouring_squares_only_zero_one (x y : Nat) (h : x * x = y * y + 1) : y = 0 := by
  have h1 : y < x := by
    apply Nat.lt_of_not_le
    intro hle
    have := Nat.mul_le_mul hle hle
    omega
  have h2 : (y + 1) * (y + 1) ≤ x * x := Nat.mul_le_mul h1 h1
  grind
