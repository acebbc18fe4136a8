import Std

def down : Nat → Nat
  | 0 => 0
  | n + 1 => down n

theorem step : down 3000000 = 1 := by
  decide +kernel

theorem target : (2 : Nat) + 2 = 5 := by
  have h := step
  simp_all
