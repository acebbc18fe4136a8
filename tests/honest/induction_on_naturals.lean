def sum : Nat → Nat
  | 0 => 0
  | n + 1 => (n + 1) + sum n

theorem honest (n : Nat) : 2 * sum n = n * (n + 1) := by
  induction n with
  | zero => rfl
  | succ n ih =>
    rw [sum, Nat.mul_add, ih]
    grind
