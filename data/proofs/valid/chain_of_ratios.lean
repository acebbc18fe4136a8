theorem chain_of_ratios (a b c : Rat) (hb : b ≠ 0) (hc : c ≠ 0) (h1 : a / b = 2 / 3)
    (h2 : b / c = 6 / 5) : a / c = 4 / 5 := by
  grind
