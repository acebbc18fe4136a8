import Lean

set_option debug.skipKernelTC true in
theorem target : (2 : Nat) + 2 = 5 := by
  run_tac do
    let goal ← Lean.Elab.Tactic.getMainGoal
    goal.assign (.const ``True.intro [])
