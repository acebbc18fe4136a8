import Lean
import StepwiseAttackEvil

theorem target : (2 : Nat) + 2 = 5 := assumed
