/-! `omega`: linear arithmetic with division and remainder. -/

theorem honest (n : Nat) (h : n % 5 = 3) : 2 * n % 5 = 1 ∧ (n + 2) / 5 * 5 = n + 2 := by
  omega
