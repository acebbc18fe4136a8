structure Bounded (n : Nat) where
  val : Nat
  le : val ≤ n
deriving DecidableEq

structure Range extends Bounded 10 where
  low : Nat
  ordered : low ≤ val

theorem honest (r s : Range) (h : r.val = s.val) (h' : r.low = s.low) : r = s ∧ r.toBounded = s.toBounded ∧ r.low ≤ 10 := by
  have : r = s := by
    cases r with
    | mk b l _ => cases s with
      | mk c m _ =>
        cases b
        cases c
        simp_all
  refine ⟨this, by rw [this], Nat.le_trans r.ordered r.le⟩
