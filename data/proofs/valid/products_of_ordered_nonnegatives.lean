theorem products_of_ordered_nonnegatives (a b c d : Rat) (ha : 0 ≤ a) (hab : a ≤ b) (hc : 0 ≤ c)
    (hcd : c ≤ d) : a * c ≤ b * d := by
  have h1 := Rat.mul_nonneg (a := b - a) (b := c) (by grind) hc
  have h2 := Rat.mul_nonneg (a := b) (b := d - c) (by grind) (by grind)
  grind
