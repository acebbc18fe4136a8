theorem chebyshev_three (a b c x y z : Int) (hab : a ≤ b) (hbc : b ≤ c) (hxy : x ≤ y) (hyz : y ≤ z) :
    (a + b + c) * (x + y + z) ≤ 3 * (a * x + b * y + c * z) := by
  have h1 := Int.mul_nonneg (Int.sub_nonneg_of_le hab) (Int.sub_nonneg_of_le hxy)
  have h2 := Int.mul_nonneg (Int.sub_nonneg_of_le hbc) (Int.sub_nonneg_of_le hyz)
  have h3 := Int.mul_nonneg (a := c - a) (b := z - x) (by omega) (by omega)
  grind
