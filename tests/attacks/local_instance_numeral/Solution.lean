import Std

local instance (priority := high) : OfNat Nat 5 := ⟨(4 : Nat)⟩

theorem target : (2 : Nat) + 2 = 5 := rfl
