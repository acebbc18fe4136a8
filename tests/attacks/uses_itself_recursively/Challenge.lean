import Std

theorem target (n : Nat) : n + 2 = 5 := by
  sorry
