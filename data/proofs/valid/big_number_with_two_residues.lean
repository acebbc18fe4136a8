theorem big_number_with_two_residues : ∃ n : Nat, 100 < n ∧ n % 7 = 3 ∧ n % 11 = 5 := by
  exact ⟨115, by decide⟩
