def everyOther : List Nat → List Nat
  | [] => []
  | [x] => [x]
  | x :: _ :: xs => x :: everyOther xs

theorem every_other_length (xs : List Nat) : (everyOther xs).length = (xs.length + 1) / 2 := by
  induction xs using everyOther.induct with
  | case1 => simp [everyOther]
  | case2 x => simp [everyOther]
  | case3 x y xs ih => simp [everyOther, ih]; omega
