theorem negated_universal_statement (P Q : Nat → Prop) :
    (¬ ∀ x, P x → Q x) ↔ ∃ x, P x ∧ ¬ Q x := by
  simp
