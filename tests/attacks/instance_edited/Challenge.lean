import Std

structure Point where
  x : Nat

instance : Add Point := ⟨fun a _ => a⟩

theorem target (a b : Point) : a + b = b := by
  sorry
