theorem legs_of_right_triangle_not_both_odd (x y z : Nat) (h : x * x + y * y = z * z) :
    x % 2 = 0 ∨ y % 2 = 0 := by
  have sq : ∀ n : Nat, (n % 2 = 0 ∧ n * n % 4 = 0) ∨ (n % 2 = 1 ∧ n * n % 4 = 1) := by
    intro n
    have : n % 4 = 0 ∨ n % 4 = 1 ∨ n % 4 = 2 ∨ n % 4 = 3 := by omega
    rcases this with h | h | h | h <;> simp [Nat.mul_mod, h] <;> omega
  have hx := sq x
  have hy := sq y
  have hz := sq z
  omega
