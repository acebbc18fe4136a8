theorem telescoping_three_terms (a b : Nat → Int) (h : ∀ n, b n = a (n + 1) - a n) :
    b 0 + b 1 + b 2 = a 3 - a 0 := by
  grind
