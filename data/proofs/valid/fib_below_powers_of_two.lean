theorem fib_below_powers_of_two (F : Nat → Nat) (F0 : F 0 = 0) (F1 : F 1 = 1)
    (Fs : ∀ n, F (n + 2) = F (n + 1) + F n) (n : Nat) : F n < 2 ^ n := by
  have key : F n < 2 ^ n ∧ F (n + 1) < 2 ^ (n + 1) := by
    induction n with
    | zero => simp [F0, F1]
    | succ n ih => grind
  exact key.1
