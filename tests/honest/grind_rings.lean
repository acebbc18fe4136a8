import Std

theorem honest (a b c : Int) (h : a + b + c = 0) : a ^ 3 + b ^ 3 + c ^ 3 = 3 * a * b * c := by
  have hc : c = -a - b := by omega
  subst hc
  grind
