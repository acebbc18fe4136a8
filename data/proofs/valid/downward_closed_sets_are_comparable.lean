theorem downward_closed_sets_are_comparable (A B : Nat → Prop) (hA : ∀ m n, m ≤ n → A n → A m)
    (hB : ∀ m n, m ≤ n → B n → B m) : (∀ x, A x → B x) ∨ (∀ x, B x → A x) := by
  by_cases h : ∀ x, A x → B x
  · exact Or.inl h
  · right
    intro y hy
    obtain ⟨x, hx⟩ := Classical.not_forall.mp h
    obtain ⟨hax, hbx⟩ := Classical.not_imp.mp hx
    rcases Nat.le_total x y with hxy | hxy
    · exact absurd (hB x y hxy hy) hbx
    · exact hA y x hxy hax
