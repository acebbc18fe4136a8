theorem saturating_fraction_monotone (a b : Rat) (ha : 0 ≤ a) (hab : a ≤ b) :
    a / (1 + a) ≤ b / (1 + b) := by
  have h1 : 0 < (1 + a)⁻¹ := Rat.inv_pos.mpr (by grind)
  have h2 : 0 < (1 + b)⁻¹ := Rat.inv_pos.mpr (by grind)
  have h3 := Rat.mul_nonneg (a := b - a) (by grind) (Rat.le_of_lt (Rat.mul_pos h1 h2))
  have h4 : b / (1 + b) - a / (1 + a) = (b - a) * ((1 + a)⁻¹ * (1 + b)⁻¹) := by grind
  grind
