theorem reversed_equation (xs ys zs : List Int) (h : xs = ys.reverse ++ zs) :
    xs.reverse = zs.reverse ++ ys := by
  simp [h]
