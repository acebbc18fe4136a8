theorem de_morgan_for_predicates (α : Type) (A B C : α → Prop) :
    (fun x => ¬ (A x ∨ B x ∨ C x)) = (fun x => ¬ A x ∧ ¬ B x ∧ ¬ C x) := by
  simp
