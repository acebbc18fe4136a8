theorem vieta_for_distinct_roots (p q x y : Rat) (hx : x * x = p * x + q) (hy : y * y = p * y + q)
    (hne : x ≠ y) : x + y = p ∧ x * y = -q := by
  have h : (x - y) * (x + y - p) = 0 := by grind
  rcases Rat.mul_eq_zero.mp h with h | h
  · exact absurd (by grind) hne
  · constructor
    · grind
    · grind
