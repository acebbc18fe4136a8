theorem honest (n : Nat) (h : ∃ k, n = 2 * k ∧ ∃ j, k = 3 * j) : ∃ j, n = 6 * j := by
  obtain ⟨k, rfl, j, rfl⟩ := h
  exact ⟨j, by omega⟩
