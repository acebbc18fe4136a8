theorem between_any_two_rationals (x y : Rat) (h : x < y) : ∃ z, x < z ∧ z < y := by
  exact ⟨(x + y) / 2, by grind, by grind⟩
