theorem even_and_odd_vanishes (f : Int → Int) (he : ∀ x, f (-x) = f x) (ho : ∀ x, f (-x) = - f x)
    (x : Int) : f x = 0 := by
  have h1 := he x
  have h2 := ho x
  omega
