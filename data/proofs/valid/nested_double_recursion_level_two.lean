theorem nested_double_recursion_level_two (A : Nat → Nat → Nat) (h0 : ∀ n, A 0 n = n + 1)
    (h1 : ∀ m, A (m + 1) 0 = A m 1) (h2 : ∀ m n, A (m + 1) (n + 1) = A m (A (m + 1) n)) (n : Nat) :
    A 2 n = 2 * n + 3 := by
  have a1 : ∀ n, A 1 n = n + 2 := by
    intro n
    induction n with
    | zero => rw [h1 0, h0]
    | succ n ih => rw [h2 0 n, h0, ih]
  induction n with
  | zero => rw [h1 1, a1]
  | succ n ih => rw [h2 1 n, a1, ih]; omega
