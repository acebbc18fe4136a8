theorem syllogism_with_some_and_none (α : Type) (A B C : α → Prop) (h1 : ∃ x, A x ∧ B x)
    (h2 : ∀ x, B x → ¬ C x) : ∃ x, A x ∧ ¬ C x := by
  grind
