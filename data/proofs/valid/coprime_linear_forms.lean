theorem coprime_linear_forms (n : Nat) : Nat.gcd (5 * n + 3) (3 * n + 2) = 1 := by
  have h1 := Nat.gcd_dvd_left (5 * n + 3) (3 * n + 2)
  have h2 := Nat.gcd_dvd_right (5 * n + 3) (3 * n + 2)
  generalize Nat.gcd (5 * n + 3) (3 * n + 2) = d at h1 h2
  have h3 : d ∣ 3 * (5 * n + 3) := Nat.dvd_mul_left_of_dvd h1 3
  have h4 : d ∣ 5 * (3 * n + 2) := Nat.dvd_mul_left_of_dvd h2 5
  have h5 : d ∣ 1 := by
    rw [show 5 * (3 * n + 2) = 3 * (5 * n + 3) + 1 by omega] at h4
    exact (Nat.dvd_add_right h3).mp h4
  exact Nat.dvd_one.mp h5
