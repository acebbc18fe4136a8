theorem cubing_preserves_order (a b : Int) (h : a ≤ b) : a ^ 3 ≤ b ^ 3 := by
  have h0 : 0 ≤ b - a := by omega
  have h1 := Int.sq_nonnneg a
  have h2 := Int.sq_nonnneg b
  have h3 := Int.sq_nonnneg (a + b)
  have h4 : 0 ≤ a ^ 2 + b ^ 2 + (a + b) ^ 2 := by omega
  have h5 := Int.mul_nonneg h0 h4
  grind
