theorem step_growth_is_strict_mono (a : Nat → Int) (h : ∀ n, a n < a (n + 1)) (m n : Nat)
    (hmn : m < n) : a m < a n := by
  induction n with
  | zero => omega
  | succ n ih =>
    have h1 := h n
    by_cases hm : m = n
    · subst hm; exact h1
    · have h2 := ih (by omega)
      omega
