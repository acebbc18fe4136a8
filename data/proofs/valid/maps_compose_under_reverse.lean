theorem maps_compose_under_reverse (xs : List Nat) (f g : Nat → Nat) :
    ((xs.map f).reverse.map g).reverse = xs.map (fun x => g (f x)) := by
  simp
