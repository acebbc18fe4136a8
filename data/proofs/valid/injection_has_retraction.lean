theorem injection_has_retraction (α β : Type) (a : α) (f : α → β) (h : ∀ x y, f x = f y → x = y) :
    ∃ g : β → α, ∀ x, g (f x) = x := by
  have choice : ∀ y : β, ∃ x : α, ∀ z, f z = y → x = z := by
    intro y
    by_cases hy : ∃ z, f z = y
    · obtain ⟨z, hz⟩ := hy
      exact ⟨z, fun w hw => h z w (by rw [hz, hw])⟩
    · exact ⟨a, fun z hz => absurd ⟨z, hz⟩ hy⟩
  exact ⟨fun y => Classical.choose (choice y), fun x => Classical.choose_spec (choice (f x)) x rfl⟩
