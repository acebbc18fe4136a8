theorem logarithmic_equation_nat (f : Nat → Nat)
    (h : ∀ m n, 0 < m → 0 < n → f (m * n) = f m + f n) (k : Nat) : f (2 ^ k) = k * f 2 := by
  induction k with
  | zero => have := h 1 1 (by omega) (by omega); simp at this ⊢; omega
  | succ k ih => rw [Nat.pow_succ, h _ _ (Nat.two_pow_pos k) (by omega), ih]; grind
