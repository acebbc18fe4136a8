theorem three_times_a_list (xs : List Nat) : (xs ++ xs ++ xs).length % 3 = 0 := by
  simp; omega
