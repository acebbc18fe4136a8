theorem switch_point_exists (P : Nat → Prop) (N : Nat) (h0 : P 0) (hN : ¬ P N) :
    ∃ n, n < N ∧ P n ∧ ¬ P (n + 1) := by
  induction N with
  | zero => exact absurd h0 hN
  | succ N ih =>
    by_cases h : P N
    · exact ⟨N, by omega, h, hN⟩
    · obtain ⟨n, h1, h2, h3⟩ := ih h
      exact ⟨n, by omega, h2, h3⟩
