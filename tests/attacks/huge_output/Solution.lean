import Lean

open Lean Elab Command Meta

def long : Nat → String → String
  | 0, s => s
  | n + 1, s => long n (s ++ s)

run_cmd (throw (.error .missing (.ofFormat (long 21 "verified verified "))) : CommandElabM Unit)

theorem target : (2 : Nat) + 2 = 5 := by sorry
