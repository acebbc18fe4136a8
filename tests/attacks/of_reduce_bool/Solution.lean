import Std

def claim : Bool := decide (3 ^ 4 = 81)

theorem target : 3 ^ 4 = 81 :=
  of_decide_eq_true (Lean.ofReduceBool claim true rfl)
