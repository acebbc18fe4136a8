theorem fib_square_sum (F Q : Nat → Nat) (F0 : F 0 = 0) (F1 : F 1 = 1)
    (Fs : ∀ n, F (n + 2) = F (n + 1) + F n) (Q0 : Q 0 = 0)
    (Qs : ∀ n, Q (n + 1) = Q n + F (n + 1) * F (n + 1)) (n : Nat) :
    Q n = F n * F (n + 1) := by
  induction n with
  | zero => simp [Q0, F0]
  | succ n ih => grind
