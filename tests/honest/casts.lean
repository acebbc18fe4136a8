import Std

theorem honest (m n : Nat) (h : (m : Int) + n = 7) (h' : ((m * n : Nat) : Int) = 12) : m + n = 7 ∧ (m : Int) * n = 12 := by
  constructor
  · exact_mod_cast h
  · push_cast at h'
    exact h'
