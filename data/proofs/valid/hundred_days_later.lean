theorem hundred_days_later (d : Nat) : (d + 100) % 7 = (d % 7 + 2) % 7 := by
  omega
