import Lean

theorem target._proof_1 : True := trivial

theorem target.eq_1 : True := trivial

theorem target_aux : (2 : Nat) + 2 = 4 := rfl

alias target := target_aux
