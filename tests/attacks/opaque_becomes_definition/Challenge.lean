import Std

opaque secret : Nat := 5

theorem target : secret = 5 := by
  sorry
