theorem tower_moves (h : Nat → Nat) (h0 : h 0 = 0)
    (hs : ∀ n, h (n + 1) = h n + 1 + h n) (n : Nat) : h n + 1 = 2 ^ n := by
  induction n with
  | zero => simp [h0]
  | succ n ih => grind
