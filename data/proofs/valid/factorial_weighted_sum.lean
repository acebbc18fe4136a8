theorem factorial_weighted_sum (f S : Nat → Nat) (f0 : f 0 = 1)
    (fs : ∀ n, f (n + 1) = (n + 1) * f n) (S0 : S 0 = 0)
    (Ss : ∀ n, S (n + 1) = S n + (n + 1) * f (n + 1)) (n : Nat) :
    S n + 1 = f (n + 1) := by
  induction n with
  | zero => simp [S0, fs, f0]
  | succ n ih => grind
