theorem same_total_length_is_even (xs ys : List Nat) (h : xs.length = ys.length) :
    (xs ++ ys).length % 2 = 0 := by
  simp [h]; omega
