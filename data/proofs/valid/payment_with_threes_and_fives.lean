theorem payment_with_threes_and_fives (x y : Nat) (h : 3 * x + 5 * y = 1000) : x % 5 = 0 := by
  omega
