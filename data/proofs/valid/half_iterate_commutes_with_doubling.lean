theorem half_iterate_commutes_with_doubling (f : Rat → Rat) (h : ∀ x, f (f x) = 2 * x) (x : Rat) :
    f (2 * x) = 2 * f x := by
  rw [← h x, h (f x)]
