theorem honest (a b c : Nat) (h : b * a = c) : (fun x => x + a * b) = (fun x => x + c) := by
  conv =>
    lhs
    intro x
    rw [Nat.mul_comm a b, h]
