theorem three_is_not_a_ratio_of_squares (a b : Nat) (h : a * a = 3 * (b * b)) : b = 0 := by
  have div3 : ∀ n : Nat, n * n % 3 = 0 → n % 3 = 0 := by
    intro n hn
    have : n % 3 = 0 ∨ n % 3 = 1 ∨ n % 3 = 2 := by omega
    rcases this with h | h | h <;> simp [Nat.mul_mod, h] at hn ⊢
  induction b using Nat.strongRecOn generalizing a with
  | ind b ih =>
    have ha := div3 a (by omega)
    obtain ⟨c, rfl⟩ : ∃ c, a = 3 * c := ⟨a / 3, by omega⟩
    have h1 : b * b = 3 * (c * c) := by grind
    have hb := div3 b (by omega)
    obtain ⟨d, rfl⟩ : ∃ d, b = 3 * d := ⟨b / 3, by omega⟩
    have h2 : c * c = 3 * (d * d) := by grind
    by_cases hd : d = 0
    · omega
    · have := ih d (by omega) c h2
      omega
