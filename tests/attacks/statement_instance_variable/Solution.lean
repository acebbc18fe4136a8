import Std

class Impossible where
  contradiction : False

variable [i : Impossible]
include i

theorem target : (2 : Nat) + 2 = 5 := i.contradiction.elim
