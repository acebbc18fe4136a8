theorem image_of_union (α β : Type) (f : α → β) (A B : α → Prop) (y : β) :
    (∃ x, (A x ∨ B x) ∧ f x = y) ↔ (∃ x, A x ∧ f x = y) ∨ (∃ x, B x ∧ f x = y) := by
  grind
