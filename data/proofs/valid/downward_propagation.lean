theorem downward_propagation (P : Nat → Prop) (h : ∀ n, P (n + 1) → P n) (m n : Nat) (hmn : m ≤ n)
    (hn : P n) : P m := by
  induction n with
  | zero => rwa [show m = 0 by omega]
  | succ n ih =>
    by_cases he : m = n + 1
    · rwa [he]
    · exact ih (by omega) (h n hn)
