theorem quadratic_always_positive (x : Int) : 4 * x < x * x + 5 := by
  have h := Int.sq_nonnneg (x - 2)
  grind
