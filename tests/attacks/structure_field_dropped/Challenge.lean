import Std

structure Proofs where
  n : Nat
  odd : n + n = 7

theorem target : Nonempty Proofs := by
  sorry
