theorem rectangular_product_drops_middle (α : Type) (m : α → α → α)
    (assoc : ∀ x y z, m (m x y) z = m x (m y z)) (h : ∀ x y, m (m x y) x = x) (x y z : α) :
    m (m x y) z = m x z := by
  have h1 : m (m x (m y z)) x = x := h x (m y z)
  have h2 : m (m z x) z = z := h z x
  calc m (m x y) z = m (m x y) (m (m z x) z) := by rw [h2]
    _ = m (m (m x (m y z)) x) z := by simp only [assoc]
    _ = m x z := by rw [h1]
