theorem diagonal_escapes_enumeration (f : Nat → Nat → Nat) : ∃ g : Nat → Nat, ∀ n, g ≠ f n := by
  refine ⟨fun n => f n n + 1, fun n h => ?_⟩
  have := congrFun h n
  simp at this
