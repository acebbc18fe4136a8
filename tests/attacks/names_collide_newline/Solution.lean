import Lean

open Lean Elab Command Meta

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error _ => IO.println "not added"

def claim : Prop := (2 : Nat) + 2 = 5

run_cmd do
  let good : Name := Name.str .anonymous "helper \n\"x\""
  let bad : Name := Name.str .anonymous "helper \\n\\\"x\\\""
  force (.defnDecl { name := good, levelParams := [], type := .sort .zero, value := .const ``True [], hints := .abbrev, safety := .safe })
  force (.defnDecl { name := bad, levelParams := [], type := .sort .zero, value := .const `claim [], hints := .abbrev, safety := .safe })
  force (.thmDecl { name := `proof, levelParams := [], type := .const good [], value := .const ``True.intro [] })
  force (.thmDecl { name := `cheat, levelParams := [], type := .const bad [], value := .const `proof [] })
  force (.thmDecl { name := `honest, levelParams := [], type := .const `claim [], value := .const `cheat [] })

theorem target : (2 : Nat) + 2 = 5 := honest
