theorem fourth_power_of_quadratic_root (x : Rat) (h : x ^ 2 = 3 * x + 4) : x ^ 4 = 51 * x + 52 := by
  grind
