theorem convex_sequence_keeps_rising (a : Nat → Int) (h0 : a 0 ≤ a 1)
    (hc : ∀ n, 2 * a (n + 1) ≤ a n + a (n + 2)) (n : Nat) : a n ≤ a (n + 1) := by
  induction n with
  | zero => exact h0
  | succ n ih => have h := hc n; rw [show n + 1 + 1 = n + 2 by rfl]; omega
