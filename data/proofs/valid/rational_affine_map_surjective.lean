theorem rational_affine_map_surjective (y : Rat) : ∃ x : Rat, 3 * x - 7 = y := by
  exact ⟨(y + 7) / 3, by grind⟩
