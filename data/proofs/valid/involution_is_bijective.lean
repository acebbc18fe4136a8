theorem involution_is_bijective (α : Type) (f : α → α) (h : ∀ x, f (f x) = x) :
    (∀ x y, f x = f y → x = y) ∧ (∀ y, ∃ x, f x = y) := by
  constructor
  · intro x y hxy
    rw [← h x, hxy, h y]
  · intro y
    exact ⟨f y, h y⟩
