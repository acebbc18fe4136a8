theorem fibonacci_shear_three_times (s : Int × Int → Int × Int) (h : ∀ p, s p = (p.2, p.1 + p.2)) (p : Int × Int) :
    (s (s (s p))).1 = p.1 + 2 * p.2 := by
  grind
