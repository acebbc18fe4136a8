theorem arithmetic_geometric_squared_rat (a b : Rat) : 4 * (a * b) ≤ (a + b) ^ 2 := by
  rcases Rat.le_total (a := a) (b := b) with h | h
  · have := Rat.mul_nonneg (a := b - a) (b := b - a) (by grind) (by grind)
    grind
  · have := Rat.mul_nonneg (a := a - b) (b := a - b) (by grind) (by grind)
    grind
