private def double (n : Nat) : Nat := n + n

private theorem double_eq (n : Nat) : double n = 2 * n := by
  unfold double
  omega

theorem honest (n : Nat) (h : n + n = 10) : n = 5 := by
  have := double_eq n
  unfold double at this
  omega
