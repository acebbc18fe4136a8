import Lean

open Lean Elab Command Meta

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error _ => IO.println "not added"

run_cmd do
  force (.thmDecl { name := ``Nat.zero_le, levelParams := [], type := .const ``False [], value := .const ``True.intro [] })
  force (.thmDecl { name := `absurdity, levelParams := [], type := .const ``False [], value := .const ``Nat.zero_le [] })

theorem target : (2 : Nat) + 2 = 5 := absurdity.elim
