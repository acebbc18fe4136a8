theorem only_one_candidate (P Q : Nat → Prop) (a : Nat) (h : ∀ x, P x ↔ x = a) :
    (∃ x, P x ∧ Q x) ↔ Q a := by
  simp [h]
