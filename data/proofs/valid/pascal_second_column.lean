theorem pascal_second_column (C : Nat → Nat → Nat) (h0 : ∀ n, C n 0 = 1)
    (hz : ∀ k, C 0 (k + 1) = 0) (hs : ∀ n k, C (n + 1) (k + 1) = C n k + C n (k + 1)) (n : Nat) :
    C n 1 = n := by
  induction n with
  | zero => exact hz 0
  | succ n ih => have := hs n 0; grind
