import Lean

def target.match_1.{u} (motive : Nat → Sort u) (n : Nat) (zero : Unit → motive 0) (succ : (k : Nat) → motive k.succ) : motive n :=
  sorry

theorem target (n : Nat) : (match n with | 0 => 1 | _ + 1 => 2) = 3 := sorry

open Lean in
run_cmd do
  match (← getEnv).find? `target with
  | some i => throw (.error .missing (.ofFormat (toString i.type)))
  | _ => IO.println 1
