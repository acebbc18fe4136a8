theorem sum_of_two_geometric (a : Nat → Int) (h0 : a 0 = 2) (h1 : a 1 = 5)
    (hs : ∀ n, a (n + 2) = 5 * a (n + 1) - 6 * a n) (n : Nat) :
    a n = 2 ^ n + 3 ^ n := by
  have key : a n = 2 ^ n + 3 ^ n ∧ a (n + 1) = 2 ^ (n + 1) + 3 ^ (n + 1) := by
    induction n with
    | zero => simp [h0, h1]
    | succ n ih => grind
  exact key.1
