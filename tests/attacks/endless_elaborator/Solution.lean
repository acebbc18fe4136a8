import Lean

open Lean Elab Command Meta

partial def forever (n : Nat) : IO Unit := forever (n + 1)

run_cmd (forever 0 : IO Unit)

theorem target : (2 : Nat) + 2 = 5 := by
  decide
