import Std

@[ext] structure Point where
  x : Nat
  y : Nat

theorem point (p q : Point) (hx : p.x = q.x) (hy : p.y = q.y) : p = q := by
  ext
  · exact hx
  · exact hy

theorem honest (f g : Nat → Point) (h : ∀ n, (f n).x = (g n).x ∧ (f n).y = (g n).y) : f = g := by
  funext n
  exact point _ _ (h n).1 (h n).2
