theorem commuting_map_permutes_fixed_points (α : Type) (f g : α → α) (h : ∀ x, f (g x) = g (f x)) (a : α)
    (ha : f a = a) (huniq : ∀ b, f b = b → b = a) : g a = a := by
  apply huniq
  rw [h, ha]
