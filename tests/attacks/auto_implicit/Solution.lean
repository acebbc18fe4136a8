import Std
set_option autoImplicit true

theorem target (f : Nat → limitType) (h : ∀ a b, f a = f b → False) : (2 : Nat) + 2 = 5 := (h 0 0 rfl).elim
