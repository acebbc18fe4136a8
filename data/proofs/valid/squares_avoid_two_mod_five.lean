theorem squares_avoid_two_mod_five (x y : Int) : x * x ≠ 5 * y + 2 := by
  intro h
  have h2 : x * x % 5 = 2 := by omega
  have : x % 5 = 0 ∨ x % 5 = 1 ∨ x % 5 = 2 ∨ x % 5 = 3 ∨ x % 5 = 4 := by omega
  rcases this with h | h | h | h | h <;> simp [Int.mul_emod, h] at h2
