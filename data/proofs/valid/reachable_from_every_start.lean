theorem reachable_from_every_start (P : Int → Prop) (h0 : P 0) (up : ∀ n, P n → P (n + 1))
    (down : ∀ n, P n → P (n - 1)) (n : Int) : P n := by
  have pos : ∀ k : Nat, P k := by
    intro k
    induction k with
    | zero => exact h0
    | succ k ih => exact_mod_cast up k ih
  have neg : ∀ k : Nat, P (-(k : Int)) := by
    intro k
    induction k with
    | zero => exact h0
    | succ k ih =>
      have := down _ ih
      rwa [show -(k : Int) - 1 = -((k + 1 : Nat) : Int) by omega] at this
  rcases Int.le_total 0 n with h | h
  · have := pos n.natAbs
    rwa [show (n.natAbs : Int) = n by omega] at this
  · have := neg n.natAbs
    rwa [show -(n.natAbs : Int) = n by omega] at this
