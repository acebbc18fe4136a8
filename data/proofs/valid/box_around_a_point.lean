theorem box_around_a_point (x y : Int) (hx : (x - 3).natAbs ≤ 2) (hy : (y - 5).natAbs ≤ 1) :
    (2 * x + y - 11).natAbs ≤ 5 := by
  omega
