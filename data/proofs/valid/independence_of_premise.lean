theorem independence_of_premise (α : Type) (a : α) (p : Prop) (Q : α → Prop) (h : p → ∃ x, Q x) :
    ∃ x, p → Q x := by
  by_cases hp : p
  · obtain ⟨x, hx⟩ := h hp
    exact ⟨x, fun _ => hx⟩
  · exact ⟨a, fun hp' => absurd hp' hp⟩
