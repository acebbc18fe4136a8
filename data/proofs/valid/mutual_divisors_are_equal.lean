theorem mutual_divisors_are_equal (a b : Nat) (h1 : a ∣ b) (h2 : b ∣ a) : a = b := by
  exact Nat.dvd_antisymm h1 h2
