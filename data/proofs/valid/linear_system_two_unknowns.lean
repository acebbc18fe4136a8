theorem linear_system_two_unknowns (x y : Rat) (h1 : 3 * x - 2 * y = 4) (h2 : x + 5 * y = 7) :
    x = 2 ∧ y = 1 := by
  grind
