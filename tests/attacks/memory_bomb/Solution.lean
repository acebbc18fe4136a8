import Lean

open Lean Elab Command Meta

def long : Nat → String → String
  | 0, s => s
  | n + 1, s => long n (s ++ s)

run_cmd IO.println (long 40 "more and more").length

theorem target : (2 : Nat) + 2 = 5 := by
  decide
