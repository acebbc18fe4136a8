import Std

axiom assumed : False

class Ready (p : Prop) where
  proof : p

instance : Ready ((2 : Nat) + 2 = 5) := ⟨assumed.elim⟩

theorem target : (2 : Nat) + 2 = 5 := Ready.proof
