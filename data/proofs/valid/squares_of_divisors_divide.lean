theorem squares_of_divisors_divide (a b : Int) (h : a ∣ b) : a * a ∣ b * b + a * b := by
  obtain ⟨k, rfl⟩ := h
  exact ⟨k * k + k, by grind⟩
