import Lean

open Lean Elab Command Meta

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error _ => IO.println "not added"

def answerIs (n : Nat) : CommandElabM Unit := do
  let value := mkApp3 (.const ``OfNat.ofNat [.zero]) (.const ``Nat []) (mkRawNatLit n) (.app (.const ``instOfNatNat []) (mkRawNatLit n))
  force (.defnDecl { name := `answer, levelParams := [], type := .const ``Nat [], value, hints := .regular 0, safety := .safe })

run_cmd answerIs 4

theorem target : 2 + 2 = answer := rfl

run_cmd answerIs 5
