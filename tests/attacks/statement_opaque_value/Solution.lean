import Std

opaque secret : Nat := 7

theorem target : secret = secret + 0 := rfl
