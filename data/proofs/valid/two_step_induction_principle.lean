theorem two_step_induction_principle (P : Nat → Prop) (h0 : P 0) (h1 : P 1)
    (hs : ∀ n, P n → P (n + 1) → P (n + 2)) (n : Nat) : P n := by
  have key : P n ∧ P (n + 1) := by
    induction n with
    | zero => exact ⟨h0, h1⟩
    | succ n ih => exact ⟨ih.2, hs n ih.1 ih.2⟩
  exact key.1
