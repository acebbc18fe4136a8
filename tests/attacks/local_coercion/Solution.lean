import Std

def Nat' := Unit

local instance (n : Nat) : OfNat Nat' n := ⟨()⟩

local instance : Add Nat' := ⟨fun _ _ => ()⟩

local macro_rules
  | `(Nat) => `(Nat')

local notation "Nat" => Nat'

theorem target : (2 : Nat) + 2 = 5 := rfl
