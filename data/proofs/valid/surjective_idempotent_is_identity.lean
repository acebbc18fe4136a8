theorem surjective_idempotent_is_identity (α : Type) (f : α → α) (hs : ∀ y, ∃ x, f x = y)
    (h : ∀ x, f (f x) = f x) : f = id := by
  funext y
  obtain ⟨x, rfl⟩ := hs y
  exact h x
