suffices h : (2 : Nat) + 2 = 4 by exact h
rfl
