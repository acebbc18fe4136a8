theorem five_consecutive_integers (n s : Int) (h : s = (n - 2) + (n - 1) + n + (n + 1) + (n + 2)) :
    5 ∣ s ∧ s / 5 = n := by
  omega
