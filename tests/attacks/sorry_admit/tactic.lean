show (2 : Nat) + 2 = 5
admit
