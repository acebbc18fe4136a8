theorem add_zero' : ∀ n : Nat, 0 + n = n
  | 0 => rfl
  | n + 1 => congrArg Nat.succ (add_zero' n)

theorem honest (f : Nat → Nat) (h : ∀ n, f (n + 1) ≤ f n) (n m : Nat) : f (n + m) ≤ f n :=
  match m with
  | 0 => Nat.le_refl _
  | m + 1 => Nat.le_trans (h (n + m)) (honest f h n m)
termination_by m
