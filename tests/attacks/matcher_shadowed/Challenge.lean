import Std

theorem target (n : Nat) : (match n with | 0 => 1 | _ + 1 => 2) = 3 := by
  sorry
