import Lean

open Lean Elab Command Meta

def wrong : Add Nat := ⟨fun _ _ => 5⟩

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error _ => IO.println "not added"

run_cmd do
  force (.defnDecl { name := ``instAddNat, levelParams := [], type := .app (.const ``Add [.zero]) (.const ``Nat []), value := .const `wrong [], hints := .abbrev, safety := .safe })

set_option debug.skipKernelTC true in
theorem target : (2 : Nat) + 2 = 5 := by
  decide +kernel
