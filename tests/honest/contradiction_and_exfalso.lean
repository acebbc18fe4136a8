theorem honest (p q : Prop) (xs : List Nat) (hp : p) (hnp : xs = [] → ¬p) (h : xs.length = 0) : q := by
  exfalso
  have : xs = [] := List.eq_nil_of_length_eq_zero h
  have := hnp this
  contradiction
