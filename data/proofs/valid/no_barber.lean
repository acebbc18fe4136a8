theorem no_barber (α : Type) (S : α → α → Prop) : ¬ ∃ b, ∀ x, S b x ↔ ¬ S x x := by
  rintro ⟨b, h⟩
  have := h b
  grind
