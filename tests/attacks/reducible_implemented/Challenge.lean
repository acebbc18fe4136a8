import Std

def yes (_ : Nat) : Bool := true

@[implemented_by yes, reducible] def isPrime (n : Nat) : Bool := n == 7

theorem target : isPrime 9 = true := by
  sorry
