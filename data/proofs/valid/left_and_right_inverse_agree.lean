theorem left_and_right_inverse_agree (α β : Type) (f : α → β) (g h : β → α) (hg : ∀ y, f (g y) = y)
    (hh : ∀ x, h (f x) = x) : g = h := by
  funext y
  rw [← hh (g y), hg]
