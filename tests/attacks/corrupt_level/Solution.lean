import Lean

open Lean Elab Command Meta

inductive LevelMirror where
  | zero (data : UInt64)
  | succ (l : Level) (data : UInt64)

unsafe def blindUnsafe (l : Level) : Level :=
  unsafeCast (LevelMirror.succ l (Level.succ .zero).data)

@[implemented_by blindUnsafe] def blind (l : Level) : Level := .succ l

run_cmd do
  let l := blind (.param `u)
  let type := Expr.sort (.succ l)
  let value := Expr.sort l
  match (← getEnv).addDeclCore 0 (.defnDecl { name := `Univ, levelParams := [`u], type, value, hints := .abbrev, safety := .safe }) none (doCheck := true) with
  | .ok env => setEnv env
  | .error e => throw (.error .missing (e.toMessageData {}))

theorem target : (2 : Nat) + 2 = 5 := by
  have h : HEq (Univ.{0}) (Univ.{1}) := HEq.rfl
  exact absurd h (by decide)
