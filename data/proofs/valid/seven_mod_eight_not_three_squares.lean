theorem seven_mod_eight_not_three_squares (a b c : Nat) : (a * a + b * b + c * c) % 8 ≠ 7 := by
  have sq : ∀ n : Nat, n * n % 8 = 0 ∨ n * n % 8 = 1 ∨ n * n % 8 = 4 := by
    intro n
    have : n % 8 = 0 ∨ n % 8 = 1 ∨ n % 8 = 2 ∨ n % 8 = 3 ∨ n % 8 = 4 ∨ n % 8 = 5 ∨ n % 8 = 6 ∨
        n % 8 = 7 := by omega
    rcases this with h | h | h | h | h | h | h | h <;> simp [Nat.mul_mod, h]
  have ha := sq a
  have hb := sq b
  have hc := sq c
  omega
