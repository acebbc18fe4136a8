theorem square_shrinks_unit_interval (a : Rat) (h0 : 0 ≤ a) (h1 : a ≤ 1) : a ^ 2 ≤ a := by
  have h := Rat.mul_nonneg h0 (b := 1 - a) (by grind)
  grind
