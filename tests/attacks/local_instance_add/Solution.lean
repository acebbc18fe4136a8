import Std

local instance (priority := high) : HAdd Nat Nat Nat := ⟨fun _ _ => 5⟩

theorem target : (2 : Nat) + 2 = 5 := rfl
