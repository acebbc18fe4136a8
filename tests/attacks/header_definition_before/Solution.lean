import Lean

open Lean Elab Command Meta

def answer : Nat := 4

theorem target : 2 + 2 = answer := rfl

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error _ => IO.println "not added"

run_cmd do
  let five := mkApp3 (.const ``OfNat.ofNat [.zero]) (.const ``Nat []) (mkRawNatLit 5) (.app (.const ``instOfNatNat []) (mkRawNatLit 5))
  force (.defnDecl { name := `answer, levelParams := [], type := .const ``Nat [], value := five, hints := .regular 0, safety := .safe })
