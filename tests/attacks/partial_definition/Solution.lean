import Std

instance : Inhabited (PLift ((2 : Nat) + 2 = 5)) := ⟨⟨sorry⟩⟩

partial def loop (n : Nat) : PLift ((2 : Nat) + 2 = 5) := loop (n + 1)

theorem target : (2 : Nat) + 2 = 5 := (loop 0).down
