theorem pascal_diagonal (C : Nat → Nat → Nat) (h0 : ∀ n, C n 0 = 1)
    (hz : ∀ k, C 0 (k + 1) = 0) (hs : ∀ n k, C (n + 1) (k + 1) = C n k + C n (k + 1)) (n : Nat) :
    C n n = 1 := by
  have above : ∀ n k, n < k → C n k = 0 := by
    intro n
    induction n with
    | zero => intro k hk; obtain ⟨j, rfl⟩ : ∃ j, k = j + 1 := ⟨k - 1, by omega⟩; exact hz j
    | succ n ih =>
      intro k hk
      obtain ⟨j, rfl⟩ : ∃ j, k = j + 1 := ⟨k - 1, by omega⟩
      rw [hs, ih j (by omega), ih (j + 1) (by omega)]
  induction n with
  | zero => exact h0 0
  | succ n ih => rw [hs, ih, above n (n + 1) (by omega)]
