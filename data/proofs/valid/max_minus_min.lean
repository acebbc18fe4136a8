theorem max_minus_min (a b : Int) : max a b - min a b = (a - b).natAbs := by
  omega
