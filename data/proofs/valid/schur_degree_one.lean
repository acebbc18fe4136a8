theorem schur_degree_one (a b c : Int) (hc : 0 ≤ c) (hbc : c ≤ b) (hab : b ≤ a) :
    0 ≤ a * (a - b) * (a - c) + b * (b - a) * (b - c) + c * (c - a) * (c - b) := by
  have h1 := Int.mul_nonneg (Int.sub_nonneg_of_le hab) (Int.sub_nonneg_of_le hab)
  have h2 := Int.mul_nonneg h1 (b := a + b - c) (by omega)
  have h3 := Int.mul_nonneg (a := a - c) (b := b - c) (by omega) (by omega)
  have h4 := Int.mul_nonneg hc h3
  grind
