theorem doubling_lower_bound_three_steps (a : Nat → Nat) (h0 : 1 ≤ a 0) (h : ∀ n, 2 * a n ≤ a (n + 1)) :
    8 ≤ a 3 := by
  have h1 : 2 * a 0 ≤ a 1 := h 0
  have h2 : 2 * a 1 ≤ a 2 := h 1
  have h3 : 2 * a 2 ≤ a 3 := h 2
  omega
