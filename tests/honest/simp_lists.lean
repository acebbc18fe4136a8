import Std

theorem honest {α : Type} (xs ys : List α) : (xs ++ ys).reverse.length = ys.length + xs.length ∧ (xs ++ []).map id = xs := by
  constructor
  · simp [Nat.add_comm]
  · simp
