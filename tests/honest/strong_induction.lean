theorem honest (p : Nat → Prop) (step : ∀ n, (∀ m, m < n → p m) → p n) (n : Nat) : p n := by
  induction n using Nat.strongRecOn with
  | _ n ih => exact step n ih
