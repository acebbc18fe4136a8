theorem strict_chain_of_integers (a b c d : Int) (h1 : a < b) (h2 : b < c) (h3 : c < d) (h : d < a + 4) :
    b = a + 1 ∧ c = a + 2 ∧ d = a + 3 := by
  omega
