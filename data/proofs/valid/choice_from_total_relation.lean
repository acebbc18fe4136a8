theorem choice_from_total_relation (R : Nat → Nat → Prop) (h : ∀ x, ∃ y, R x y) :
    ∃ f : Nat → Nat, ∀ x, R x (f x) := by
  exact ⟨fun x => Classical.choose (h x), fun x => Classical.choose_spec (h x)⟩
