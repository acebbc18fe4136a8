def weave : List Nat → List Nat → List Nat
  | [], ys => ys
  | x :: xs, [] => x :: xs
  | x :: xs, y :: ys => x :: y :: weave xs ys

theorem interleave_length (xs ys : List Nat) : (weave xs ys).length = xs.length + ys.length := by
  induction xs generalizing ys with
  | nil => simp [weave]
  | cons x xs ih =>
    cases ys with
    | nil => simp [weave]
    | cons y ys => simp [weave, ih]; omega
