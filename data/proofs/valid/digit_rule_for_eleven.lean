theorem digit_rule_for_eleven (a b c d : Int) :
    11 ∣ 1000 * a + 100 * b + 10 * c + d ↔ 11 ∣ (b + d) - (a + c) := by
  omega
