theorem additive_map_is_multiplication (f : Int → Int) (h : ∀ x y, f (x + y) = f x + f y) (n : Nat) (x : Int) :
    f (n * x) = n * f x := by
  induction n with
  | zero =>
    have h0 := h 0 0
    simp at h0 ⊢
    omega
  | succ n ih =>
    have h1 := h (n * x) x
    have h2 : ((n + 1 : Nat) : Int) * x = n * x + x := by grind
    rw [h2, h1, ih]
    grind
