theorem two_step_identity (f : Nat → Nat) (h0 : f 0 = 0) (h1 : f 1 = 1)
    (hs : ∀ n, f (n + 2) = f n + 2) (n : Nat) : f n = n := by
  have key : f n = n ∧ f (n + 1) = n + 1 := by
    induction n with
    | zero => exact ⟨h0, h1⟩
    | succ n ih => grind
  exact key.1
