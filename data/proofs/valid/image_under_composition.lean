theorem image_under_composition (α β γ : Type) (f : α → β) (g : β → γ) (A : α → Prop) (z : γ) :
    (∃ y, (∃ x, A x ∧ f x = y) ∧ g y = z) ↔ ∃ x, A x ∧ g (f x) = z := by
  grind
