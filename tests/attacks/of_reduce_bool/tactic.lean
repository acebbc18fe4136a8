exact of_decide_eq_true (Lean.ofReduceBool (decide (3 ^ 4 = 81)) true rfl)
