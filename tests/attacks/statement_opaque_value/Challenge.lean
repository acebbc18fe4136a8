import Std

opaque secret : Nat := 5

theorem target : secret = secret + 0 := by
  sorry
