theorem order_three_map_is_bijective (α : Type) (f : α → α) (h : ∀ x, f (f (f x)) = x) :
    ∀ y, ∃ x, f x = y ∧ ∀ z, f z = y → z = x := by
  intro y
  refine ⟨f (f y), h y, ?_⟩
  intro z hz
  rw [← hz, h z]
