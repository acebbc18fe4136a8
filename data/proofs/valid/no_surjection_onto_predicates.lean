theorem no_surjection_onto_predicates (α : Type) (f : α → α → Prop) : ∃ S : α → Prop, ∀ x, f x ≠ S := by
  refine ⟨fun x => ¬ f x x, fun x h => ?_⟩
  have := congrFun h x
  simp at this
