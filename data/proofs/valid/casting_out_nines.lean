theorem casting_out_nines (f : Nat → Nat) (small : ∀ n, n < 10 → f n = n)
    (big : ∀ n, 10 ≤ n → f n = f (n - 9)) (n : Nat) : f n % 9 = n % 9 := by
  induction n using Nat.strongRecOn with
  | ind n ih =>
    by_cases h : n < 10
    · rw [small n h]
    · rw [big n (by omega), ih (n - 9) (by omega)]
      omega
