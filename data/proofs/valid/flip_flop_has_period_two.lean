theorem flip_flop_has_period_two (f : Nat → Int) (h : ∀ n, f (n + 1) = 1 - f n) (n : Nat) :
    f (n + 2) = f n := by
  grind
