theorem completing_the_square (a b c x : Rat) (h : a * x ^ 2 + b * x + c = 0) :
    (2 * a * x + b) ^ 2 = b ^ 2 - 4 * a * c := by
  grind
