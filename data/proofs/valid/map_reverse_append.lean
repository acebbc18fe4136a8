theorem map_reverse_append (xs ys : List Nat) (f : Nat → Int) :
    ((xs ++ ys).reverse).map f = ys.reverse.map f ++ (xs.map f).reverse := by
  simp
