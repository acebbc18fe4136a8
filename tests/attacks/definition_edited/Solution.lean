import Std

def answer : Nat := 4

theorem target : 2 + 2 = answer := rfl
