import Lean

open Lean Elab Command Meta

def folder : IO System.FilePath := do
  match ← searchPathRef.get with
  | folder :: _ => return folder
  | [] => return "."

run_cmd do
  try IO.FS.writeFile ((← folder) / "StepwiseAttack.txt") "I was here"
  catch _ => pure ()

theorem target : (2 : Nat) + 2 = 5 := by sorry
