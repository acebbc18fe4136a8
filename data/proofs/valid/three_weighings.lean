theorem three_weighings (a b c : Rat) (h1 : a + b < 7) (h2 : b + c < 9) (h3 : c + a < 6) :
    a + b + c < 11 := by
  grind
