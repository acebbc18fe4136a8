theorem divisor_of_shifted_double (n : Nat) (h : n ∣ 2 * n + 7) : n = 1 ∨ n = 7 := by
  have h7 : n ∣ 7 := (Nat.dvd_add_right (Nat.dvd_mul_left n 2)).mp h
  have hle := Nat.le_of_dvd (by omega) h7
  have : n = 0 ∨ n = 1 ∨ n = 2 ∨ n = 3 ∨ n = 4 ∨ n = 5 ∨ n = 6 ∨ n = 7 := by omega
  rcases this with rfl | rfl | rfl | rfl | rfl | rfl | rfl | rfl <;> omega
