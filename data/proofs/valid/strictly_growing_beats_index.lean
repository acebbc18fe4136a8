theorem strictly_growing_beats_index (a : Nat → Nat) (h : ∀ n, a n < a (n + 1)) (n : Nat) :
    n + a 0 ≤ a n := by
  induction n with
  | zero => simp
  | succ n ih => have := h n; omega
