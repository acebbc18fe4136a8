theorem cauchy_two_by_two (a b c d : Int) :
    (a * c + b * d) ^ 2 ≤ (a ^ 2 + b ^ 2) * (c ^ 2 + d ^ 2) := by
  have h := Int.sq_nonnneg (a * d - b * c)
  grind
