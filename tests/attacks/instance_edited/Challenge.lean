import Std

structure Point where
  x : Nat

instance : Add Point := ⟨fun a b => ⟨a.x + b.x⟩⟩

theorem target (a b : Point) : a + b = b := by
  sorry
