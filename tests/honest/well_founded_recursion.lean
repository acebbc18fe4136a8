def log2 (n : Nat) : Nat := if h : n ≤ 1 then 0 else log2 (n / 2) + 1
termination_by n
decreasing_by omega

theorem honest (n : Nat) : log2 n ≤ n := by
  induction n using Nat.strongRecOn with
  | _ n ih =>
    unfold log2
    split
    · omega
    · have := ih (n / 2) (by omega)
      omega
