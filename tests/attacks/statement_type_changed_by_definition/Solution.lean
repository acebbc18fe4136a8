import Lean

open Lean Elab Command Meta

def answer : Nat := 5

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error _ => IO.println "not added"

run_cmd do
  force (.defnDecl { name := `answer, levelParams := [], type := .const ``Nat [], value := mkRawNatLit 4, hints := .abbrev, safety := .safe })

theorem target : 2 + 2 = answer := by
  decide +kernel
