theorem iterate_affine_map (f : Int → Int) (h : ∀ x, f x = 3 * x - 2) : f (f (f 2)) = 28 := by
  simp [h]
