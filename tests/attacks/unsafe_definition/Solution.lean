import Std

unsafe def loop : (2 : Nat) + 2 = 5 := loop

theorem target : (2 : Nat) + 2 = 5 := loop
