theorem cubes_from_sum_and_product (x y : Int) (hs : x + y = 5) (hp : x * y = 6) :
    x ^ 3 + y ^ 3 = 35 := by
  grind
