theorem honest (a b c d e : Nat) : a + b + (c + (d + e)) + a * b * c = c * (b * a) + (e + d) + c + (a + b) := by
  ac_rfl
