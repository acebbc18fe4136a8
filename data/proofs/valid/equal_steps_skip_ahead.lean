theorem equal_steps_skip_ahead (a : Nat → Int) (d : Int) (h : ∀ n, a (n + 1) - a n = d) (n : Nat) :
    a (n + 3) = a n + 3 * d := by
  grind
