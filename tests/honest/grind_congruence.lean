theorem honest {α : Type} (f : α → α → α) (a b c d : α) (h₁ : f a b = c) (h₂ : b = d) (h₃ : a = b) (h₄ : f d d = d) : c = d := by
  grind
