import Std

theorem target : (2 : Nat) + 2 = 5 := by
  show (2 : Nat) + 2 = 5
  admit
