import Std

structure Proofs where
  n : Nat

theorem target : Nonempty Proofs := ⟨⟨0⟩⟩
