theorem reciprocals_reverse_order (a b : Rat) (ha : 0 < a) (hab : a < b) : 1 / b < 1 / a := by
  have hp : 0 < (a * b)⁻¹ := Rat.inv_pos.mpr (Rat.mul_pos ha (by grind))
  have h := Rat.mul_pos (a := b - a) (by grind) hp
  have e : 1 / a - 1 / b = (b - a) * (a * b)⁻¹ := by grind
  grind
