theorem exchange_exists_forall (α β : Type) (R : α → β → Prop) (h : ∃ x, ∀ y, R x y) :
    ∀ y, ∃ x, R x y := by
  obtain ⟨x, hx⟩ := h
  exact fun y => ⟨x, hx y⟩
