theorem vanishing_sum_of_squares (a b : Int) (h : a * a + b * b = 0) : a = 0 ∧ b = 0 := by
  have sq : ∀ x : Int, 0 ≤ x * x := fun x => by
    have := Int.sq_nonnneg x
    rwa [Int.pow_succ, Int.pow_succ, Int.pow_zero, Int.one_mul] at this
  have h1 := sq a
  have h2 := sq b
  have h3 : a * a = 0 := by omega
  have h4 : b * b = 0 := by omega
  rcases Int.mul_eq_zero.mp h3 with h5 | h5 <;> rcases Int.mul_eq_zero.mp h4 with h6 | h6 <;>
    exact ⟨h5, h6⟩
