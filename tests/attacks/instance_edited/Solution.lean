import Std

structure Point where
  x : Nat

instance : Add Point := ⟨fun _ b => b⟩

theorem target (a b : Point) : a + b = b := rfl
