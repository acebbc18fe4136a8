theorem bezout_for_seven_and_eleven : ∃ x y : Int, 7 * x + 11 * y = 1 := by
  exact ⟨-3, 2, by decide⟩
