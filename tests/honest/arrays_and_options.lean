import Std

theorem honest (xs : Array Nat) (i : Nat) (h : i < xs.size) (o : Option Nat) (ho : o = xs[i]?) : o.isSome ∧ (xs.push 3).size = xs.size + 1 := by
  subst ho
  constructor
  · simp [h]
  · simp
