import Lean

theorem target : ∃ (U : Type) (f : Type → U) (g : U → Type), ∀ A, g (f A) = A := by
  sorry
