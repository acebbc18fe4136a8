import Lean

open Lean Elab Command Meta

unsafe def negativeUnsafe (n : Nat) : Nat := unsafeCast (Int.negSucc n)

@[implemented_by negativeUnsafe] def negative (n : Nat) : Nat := n

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error e => throw (.error .missing (e.toMessageData {}))

run_cmd do
  let bad := negative 1000000000000000000000000000000
  let n := mkRawNatLit bad
  let next := mkRawNatLit (bad + 1)
  let before := mkRawNatLit (bad + 1 - 1)
  let same := mkApp3 (.const ``Nat.succ.inj []) n before (mkApp2 (.const ``Eq.refl [.succ .zero]) (.const ``Nat []) next)
  let no := mkApp2 (.const ``Eq.refl [.succ .zero]) (.const ``Bool []) (.const ``Bool.false [])
  let value := .app (mkApp3 (.const ``Nat.ne_of_beq_eq_false []) n before no) same
  force (checked := true) (.thmDecl { name := `absurdity, levelParams := [], type := .const ``False [], value })

theorem target : (2 : Nat) + 2 = 5 := absurdity.elim
