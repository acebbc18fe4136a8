theorem twice_product_below_squares (a b : Int) : 2 * (a * b) ≤ a * a + b * b := by
  have h := Int.sq_nonnneg (a - b)
  grind
