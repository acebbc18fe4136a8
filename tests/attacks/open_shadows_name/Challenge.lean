import Std

def even (n : Nat) : Prop := n % 2 = 0

theorem target : even 3 := by
  sorry
