theorem three_digit_reversal (a b c : Int) : 99 ∣ (100 * a + 10 * b + c) - (100 * c + 10 * b + a) := by
  omega
