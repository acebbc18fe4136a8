import Std

theorem big : 2 ^ (2 ^ 64) = 0 := by
  set_option exponentiation.threshold 100000000000000000000 in decide +kernel

theorem target : (2 : Nat) + 2 = 5 := by
  have := big
  simp_all
