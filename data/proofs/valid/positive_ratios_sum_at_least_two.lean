theorem positive_ratios_sum_at_least_two (a b : Rat) (ha : 0 < a) (hb : 0 < b) :
    2 ≤ a / b + b / a := by
  have hab : 0 < a * b := Rat.mul_pos ha hb
  have hi : 0 < (a * b)⁻¹ := Rat.inv_pos.mpr hab
  have sq : 0 ≤ (a - b) ^ 2 := Lean.Grind.OrderedRing.sq_nonneg
  have h := Rat.mul_nonneg sq (Rat.le_of_lt hi)
  have e : a / b + b / a - 2 = (a - b) ^ 2 * (a * b)⁻¹ := by grind
  grind
