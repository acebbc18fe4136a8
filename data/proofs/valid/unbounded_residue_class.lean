theorem unbounded_residue_class (N : Nat) : ∃ n, N < n ∧ n % 4 = 3 := by
  exact ⟨4 * N + 3, by omega, by omega⟩
