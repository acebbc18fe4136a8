theorem cubes_mod_nine (x : Int) : x ^ 3 % 9 = 0 ∨ x ^ 3 % 9 = 1 ∨ x ^ 3 % 9 = 8 := by
  have : x % 9 = 0 ∨ x % 9 = 1 ∨ x % 9 = 2 ∨ x % 9 = 3 ∨ x % 9 = 4 ∨ x % 9 = 5 ∨ x % 9 = 6 ∨
      x % 9 = 7 ∨ x % 9 = 8 := by omega
  rcases this with h | h | h | h | h | h | h | h | h <;> simp [Int.pow_succ, Int.mul_emod, h]
