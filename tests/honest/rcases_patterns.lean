theorem honest {α : Type} (p q : α → Prop) (h : (∃ x, p x ∧ ∃ y, q y ∧ x ≠ y) ∨ ((∃ x, q x) ∧ ∃ x, p x)) : ∃ x y, p x ∧ q y := by
  rcases h with ⟨x, hx, y, hy, -⟩ | ⟨⟨y, hy⟩, x, hx⟩
  · exact ⟨x, y, hx, hy⟩
  · exact ⟨x, y, hx, hy⟩
