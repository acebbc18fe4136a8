theorem honest (a b c d : Nat) (h₁ : a < b) (h₂ : b ≤ c + 1) (h₃ : c = d) : a * 2 < d * 2 + 2 := by
  calc a * 2 < b * 2 := by omega
    _ ≤ (c + 1) * 2 := Nat.mul_le_mul_right 2 h₂
    _ = d * 2 + 2 := by rw [h₃, Nat.add_mul]
