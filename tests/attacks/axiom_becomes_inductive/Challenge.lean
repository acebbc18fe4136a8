import Std

axiom Thing : Type

theorem target (t : Thing) : (2 : Nat) + 2 = 5 := by
  sorry
