import Lean

def answer : Nat := 5

theorem target : 2 + 2 = answer := by
  sorry
