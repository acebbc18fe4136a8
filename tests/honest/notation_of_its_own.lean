local infixl:70 " ⊕⊕ " => fun (a b : Nat) => a * b + 1

local macro "finish" : tactic => `(tactic| first | omega | rfl)

theorem honest (a : Nat) : 2 ⊕⊕ a = a + a + 1 := by
  show 2 * a + 1 = _
  finish
