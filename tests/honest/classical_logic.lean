open Classical in
theorem drinker {α : Type} [Inhabited α] (p : α → Prop) : ∃ x, p x → ∀ y, p y := by
  by_cases h : ∃ x, ¬p x
  · obtain ⟨x, hx⟩ := h
    exact ⟨x, fun h => absurd h hx⟩
  · exact ⟨default, fun _ y => byContradiction fun hy => h ⟨y, hy⟩⟩

theorem honest {α : Type} (p : α → Prop) (h : ∀ x, ∃ _ : Unit, p x) : ∃ f : α → Unit, ∀ x, f x = () ∧ p x :=
  ⟨fun x => Classical.choose (h x), fun x => ⟨rfl, Classical.choose_spec (h x)⟩⟩
