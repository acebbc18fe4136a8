import Std

inductive Light where
  | red
  | green

theorem target (l : Light) : l = .red := by
  sorry
