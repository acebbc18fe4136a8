theorem linear_system_three_unknowns (x y z : Int) (h1 : x + y + z = 4) (h2 : x - y + 2 * z = 9)
    (h3 : 2 * x + y - z = 0) : x = 2 ∧ y = -1 ∧ z = 3 := by
  omega
