theorem coprime_to_six_residues (a : Nat) :
    (a % 6 = 1 ∨ a % 6 = 5) ↔ (a % 2 ≠ 0 ∧ a % 3 ≠ 0) := by
  omega
