theorem circular_inclusions (α : Type) (A B C : α → Prop) (h1 : ∀ x, A x → B x) (h2 : ∀ x, B x → C x)
    (h3 : ∀ x, C x → A x) : A = B ∧ B = C := by
  constructor
  · funext x; exact propext ⟨h1 x, fun h => h3 x (h2 x h)⟩
  · funext x; exact propext ⟨h2 x, fun h => h1 x (h3 x h)⟩
