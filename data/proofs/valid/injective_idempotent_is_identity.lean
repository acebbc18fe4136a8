theorem injective_idempotent_is_identity (α : Type) (f : α → α) (hi : ∀ x y, f x = f y → x = y)
    (h : ∀ x, f (f x) = f x) (x : α) : f x = x := by
  exact hi _ _ (h x)
