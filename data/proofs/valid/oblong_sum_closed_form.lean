theorem oblong_sum_closed_form (S : Nat → Nat) (h0 : S 0 = 0)
    (hs : ∀ n, S (n + 1) = S n + (n + 1) * (n + 2)) (n : Nat) :
    3 * S n = n * (n + 1) * (n + 2) := by
  induction n with
  | zero => simp [h0]
  | succ n ih => grind
