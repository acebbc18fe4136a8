import Std

inductive Light where
  | red

theorem target (l : Light) : l = .red := by cases l; rfl
