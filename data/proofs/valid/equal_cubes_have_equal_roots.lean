theorem equal_cubes_have_equal_roots (x y : Rat) (h : x ^ 3 = y ^ 3) : x = y := by
  have h1 : (x - y) * (x ^ 2 + x * y + y ^ 2) = 0 := by grind
  rcases Rat.mul_eq_zero.mp h1 with h2 | h2
  · grind
  · have s1 : 0 ≤ x ^ 2 := Lean.Grind.OrderedRing.sq_nonneg
    have s2 : 0 ≤ y ^ 2 := Lean.Grind.OrderedRing.sq_nonneg
    have s3 : 0 ≤ (x + y) ^ 2 := Lean.Grind.OrderedRing.sq_nonneg
    have h3 : (x + y) ^ 2 + x ^ 2 + y ^ 2 = 0 := by grind
    have hx : x ^ 2 = 0 := by grind
    have hy : y ^ 2 = 0 := by grind
    have hx' : x * x = 0 := by grind
    have hy' : y * y = 0 := by grind
    rcases Rat.mul_eq_zero.mp hx' with h5 | h5 <;> rcases Rat.mul_eq_zero.mp hy' with h6 | h6 <;>
      rw [h5, h6]
