theorem take_drop_lengths (xs : List Nat) (n : Nat) : (xs.take n).length + (xs.drop n).length = xs.length := by
  simp; omega
