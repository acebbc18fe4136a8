theorem quadratic_equation_nat (f : Nat → Nat) (h : ∀ m n, f (m + n) = f m + f n + 2 * m * n)
    (h1 : f 1 = 1) (n : Nat) : f n = n * n := by
  induction n with
  | zero => have := h 0 0; simp at this; omega
  | succ n ih => rw [h, ih, h1]; grind
