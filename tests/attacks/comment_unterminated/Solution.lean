import Std

theorem other : True := trivial

/- theorem target : (2 : Nat) + 2 = 5 := rfl
