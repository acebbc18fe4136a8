import Std

def good : Option (PLift ((2 : Nat) + 2 = 5)) := unsafe (unsafeCast (some ()))

theorem there : good.isSome = true := by native_decide

theorem target : (2 : Nat) + 2 = 5 := (good.get there).down
