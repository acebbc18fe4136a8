theorem composite_has_small_divisor (n a b : Nat) (h : n = a * b) (ha : 1 < a) (hb : 1 < b) :
    ∃ d, d ∣ n ∧ 1 < d ∧ d * d ≤ n := by
  subst h
  rcases Nat.le_total a b with hab | hba
  · exact ⟨a, Nat.dvd_mul_right a b, ha, Nat.mul_le_mul_left a hab⟩
  · exact ⟨b, Nat.dvd_mul_left b a, hb, Nat.mul_le_mul_right b hba⟩
