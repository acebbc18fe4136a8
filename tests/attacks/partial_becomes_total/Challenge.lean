import Std

partial def search (n : Nat) : Nat := if n * n = 9 then n else search (n + 1)

theorem target : search 3 = 3 := by
  sorry
