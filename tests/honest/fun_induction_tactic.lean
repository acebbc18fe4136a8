import Std

def interleave {α : Type} : List α → List α → List α
  | [], ys => ys
  | x :: xs, [] => x :: xs
  | x :: xs, y :: ys => x :: y :: interleave xs ys

theorem honest {α : Type} (xs ys : List α) : (interleave xs ys).length = xs.length + ys.length := by
  fun_induction interleave xs ys <;> simp_all <;> omega
