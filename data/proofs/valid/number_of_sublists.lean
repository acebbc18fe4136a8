theorem number_of_sublists (choices : List Nat → List (List Nat)) (h0 : choices [] = [[]])
    (hs : ∀ x xs, choices (x :: xs) = choices xs ++ (choices xs).map (fun l => x :: l))
    (xs : List Nat) : (choices xs).length = 2 ^ xs.length := by
  induction xs with
  | nil => simp [h0]
  | cons x xs ih => simp [hs, ih, Nat.pow_succ]; omega
