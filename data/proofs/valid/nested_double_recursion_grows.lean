theorem nested_double_recursion_grows (A : Nat → Nat → Nat) (h0 : ∀ n, A 0 n = n + 1)
    (h1 : ∀ m, A (m + 1) 0 = A m 1) (h2 : ∀ m n, A (m + 1) (n + 1) = A m (A (m + 1) n)) (m n : Nat) :
    n < A m n := by
  induction m generalizing n with
  | zero => rw [h0]; omega
  | succ m ih =>
    induction n with
    | zero => rw [h1]; have := ih 1; omega
    | succ n ihn =>
      rw [h2]
      have := ih (A (m + 1) n)
      omega
