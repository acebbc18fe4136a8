theorem fixed_points_from_universal_map (α β : Type) (φ : α → α → β) (h : ∀ s : α → β, ∃ a, φ a = s)
    (g : β → β) : ∃ b, g b = b := by
  obtain ⟨a, ha⟩ := h (fun x => g (φ x x))
  exact ⟨φ a a, (congrFun ha a).symm⟩
