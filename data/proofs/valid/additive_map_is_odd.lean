theorem additive_map_is_odd (f : Int → Int) (h : ∀ x y, f (x + y) = f x + f y) (x : Int) :
    f (-x) = - f x := by
  have h0 := h 0 0
  have h1 := h x (-x)
  rw [Int.add_right_neg] at h1
  simp at h0
  omega
