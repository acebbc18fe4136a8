theorem period_three_values (f : Nat → Int) (hs : ∀ n, f (n + 3) = f n) (n : Nat) :
    f n = f (n % 3) := by
  induction n using Nat.strongRecOn with
  | ind n ih =>
    by_cases h : n < 3
    · rw [Nat.mod_eq_of_lt h]
    · have h1 := ih (n - 3) (by omega)
      have h2 := hs (n - 3)
      rw [show n - 3 + 3 = n by omega] at h2
      rw [show (n - 3) % 3 = n % 3 by omega] at h1
      rw [h2, h1]
