import Lean

theorem target : (2 : Nat) + 2 = 5 := by
  run_tac Lean.Elab.Tactic.setGoals []
