theorem small_integer_program (x y : Int) (h1 : 3 * x + 2 * y ≤ 17) (h2 : x + 4 * y ≤ 19) :
    x + y ≤ 7 := by
  omega
