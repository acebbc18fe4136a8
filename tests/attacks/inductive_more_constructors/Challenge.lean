import Std

inductive Light where
  | red
  | green

theorem target : ∃ l : Light, l ≠ .red ∧ l ≠ .green := by
  sorry
