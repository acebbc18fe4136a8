theorem fib_every_third_even (F : Nat → Nat) (F0 : F 0 = 0) (F1 : F 1 = 1)
    (Fs : ∀ n, F (n + 2) = F (n + 1) + F n) (n : Nat) : F (3 * n) % 2 = 0 := by
  have key : F (3 * n) % 2 = 0 ∧ F (3 * n + 1) % 2 = 1 := by
    induction n with
    | zero => simp [F0, F1]
    | succ n ih =>
      have h1 := Fs (3 * n)
      have h2 := Fs (3 * n + 1)
      have h3 := Fs (3 * n + 2)
      grind
  exact key.1
