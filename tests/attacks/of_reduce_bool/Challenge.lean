import Std

theorem target : 3 ^ 4 = 81 := by
  sorry
