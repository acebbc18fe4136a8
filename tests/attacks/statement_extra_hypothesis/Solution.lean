import Std

theorem target (h : (2 : Nat) = 3) : (2 : Nat) + 2 = 5 := by omega
