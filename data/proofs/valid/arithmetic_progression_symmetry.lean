theorem arithmetic_progression_symmetry (a : Nat → Int) (d : Int) (h : ∀ n, a (n + 1) = a n + d)
    (m n p q : Nat) (hs : m + n = p + q) : a m + a n = a p + a q := by
  have closed : ∀ n : Nat, a n = a 0 + n * d := by
    intro n
    induction n with
    | zero => simp
    | succ n ih => rw [h, ih]; grind
  have hc : (m : Int) * d + n * d = p * d + q * d := by
    rw [← Int.add_mul, ← Int.add_mul]
    congr 1
    omega
  rw [closed m, closed n, closed p, closed q]
  omega
