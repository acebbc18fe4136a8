theorem fib_prefix_sum (F S : Nat → Nat) (F0 : F 0 = 0) (F1 : F 1 = 1)
    (Fs : ∀ n, F (n + 2) = F (n + 1) + F n) (S0 : S 0 = 0)
    (Ss : ∀ n, S (n + 1) = S n + F (n + 1)) (n : Nat) : S n + 1 = F (n + 2) := by
  induction n with
  | zero => grind
  | succ n ih => grind
