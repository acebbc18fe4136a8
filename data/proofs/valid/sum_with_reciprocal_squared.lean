theorem sum_with_reciprocal_squared (x : Rat) (hx : x ≠ 0) (h : x + x⁻¹ = 5 / 2) :
    x ^ 2 + x⁻¹ ^ 2 = 17 / 4 := by
  grind
