import Lean

open Lean Elab Command Meta

run_cmd do
  try
    let file := (← Lean.findSysroot) / "lib" / "lean" / "StepwiseAttack.txt"
    IO.FS.writeFile file "I was here"
    IO.FS.removeFile file
  catch _ => pure ()

theorem target : (2 : Nat) + 2 = 5 := by sorry
