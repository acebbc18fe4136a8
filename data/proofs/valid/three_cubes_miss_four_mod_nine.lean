theorem three_cubes_miss_four_mod_nine (a b c k : Int) : a ^ 3 + b ^ 3 + c ^ 3 ≠ 9 * k + 4 := by
  have cube : ∀ x : Int, x ^ 3 % 9 = 0 ∨ x ^ 3 % 9 = 1 ∨ x ^ 3 % 9 = 8 := by
    intro x
    have : x % 9 = 0 ∨ x % 9 = 1 ∨ x % 9 = 2 ∨ x % 9 = 3 ∨ x % 9 = 4 ∨ x % 9 = 5 ∨ x % 9 = 6 ∨
        x % 9 = 7 ∨ x % 9 = 8 := by omega
    rcases this with h | h | h | h | h | h | h | h | h <;> simp [Int.pow_succ, Int.mul_emod, h]
  have ha := cube a
  have hb := cube b
  have hc := cube c
  omega
