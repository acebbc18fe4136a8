import Std

/-! A system with many variables and big numbers. -/

theorem honest (a b c d e f g : Int)
    (h₁ : a + b + c = 1000000007) (h₂ : b + c + d = 2000000014) (h₃ : c + d + e = 3000000021)
    (h₄ : d + e + f = 4000000028) (h₅ : e + f + g = 5000000035) (h₆ : a + g = 12) (h₇ : 0 < b ∧ b < 3)
    (h₈ : a % 2 = 0 ∨ a % 2 = 1) : d - a = 1000000007 ∧ e - b = 1000000007 ∧ (b = 1 ∨ b = 2) ∧ g - d = 1000000007 := by
  omega
