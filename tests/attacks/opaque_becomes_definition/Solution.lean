import Std

def secret : Nat := 5

theorem target : secret = 5 := rfl
