theorem honest {α β : Type} (h : α = β) (a : α) : HEq (cast h a) a ∧ (h ▸ a) = cast h a := by
  subst h
  exact ⟨HEq.rfl, rfl⟩
