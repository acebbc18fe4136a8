import Std
set_option autoImplicit false

abbrev limitType := Nat

theorem target (f : Nat → limitType) (h : ∀ a b, a ≠ b → f a = f b → False) : (2 : Nat) + 2 = 5 := by
  sorry
