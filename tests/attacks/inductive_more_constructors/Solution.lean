import Std

inductive Light where
  | red
  | green
  | blue

theorem target : ∃ l : Light, l ≠ .red ∧ l ≠ .green := ⟨.blue, nofun, nofun⟩
