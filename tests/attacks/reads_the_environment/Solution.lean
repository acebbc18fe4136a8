import Lean

open Lean Elab Command Meta

run_cmd do
  let home ← IO.getEnv "HOME"
  let path ← IO.getEnv "PATH"
  throwError "secret: {home} {path}"

theorem target : (2 : Nat) + 2 = 5 := by sorry
