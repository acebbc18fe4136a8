import Std

axiom Nat.wellFounded_lt_aux : False

theorem step₁ (p : Prop) : p := Nat.wellFounded_lt_aux.elim

theorem step₂ : ∀ a b c : Nat, a + b = c := fun _ _ _ => step₁ _

theorem target : (2 : Nat) + 2 = 5 := step₂ 2 2 5
