theorem never_zero_product_sequence (P : Nat → Nat) (h0 : P 0 = 1) (h : ∀ n, P (n + 1) = (n + 2) * P n)
    (n : Nat) : 0 < P n := by
  induction n with
  | zero => omega
  | succ n ih => rw [h]; exact Nat.mul_pos (by omega) ih
