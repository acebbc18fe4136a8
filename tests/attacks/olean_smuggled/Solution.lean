import Lean
import StepwiseAttackEvil

open Lean Elab Command

run_cmd do
  IO.FS.removeFile ((← Lean.findSysroot) / "lib" / "lean" / "StepwiseAttackEvil.olean")

theorem target : (2 : Nat) + 2 = 5 := assumed
