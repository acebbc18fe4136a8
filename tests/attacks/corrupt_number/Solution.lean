import Lean

open Lean Elab Command Meta

unsafe def negativeUnsafe (n : Nat) : Nat := unsafeCast (Int.negSucc n)

@[implemented_by negativeUnsafe] def negative (n : Nat) : Nat := n

def force (decl : Declaration) (checked := false) : CommandElabM Unit := do
  match (← getEnv).addDeclCore 0 decl none (doCheck := checked) with
  | .ok env => setEnv env
  | .error e => throw (.error .missing (e.toMessageData {}))

run_cmd do
  let bad := mkRawNatLit (negative 1000000000000000000000000000000)
  let big := mkRawNatLit 2000000000000000000000000000000
  let sum := mkApp2 (.const ``Nat.add []) bad big
  let le := mkApp2 (.const ``Nat.le_add_left []) big bad
  let value := .app (.const ``Bool.false_ne_true []) (mkApp3 (.const ``Nat.ble_eq_true_of_le []) big sum le)
  force (checked := true) (.thmDecl { name := `absurdity, levelParams := [], type := .const ``False [], value })

theorem target : (2 : Nat) + 2 = 5 := absurdity.elim
