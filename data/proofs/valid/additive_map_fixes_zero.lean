theorem additive_map_fixes_zero (f : Rat → Rat) (h : ∀ x y, f (x + y) = f x + f y) : f 0 = 0 := by
  have h0 := h 0 0
  grind
