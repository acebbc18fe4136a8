def clamp (lo hi n : Int) : Int := if n < lo then lo else if hi < n then hi else n

def next : Option Nat → Nat
  | none => 0
  | some n => n + 1

theorem honest (lo hi n : Int) (o : Option Nat) (h : lo ≤ hi) : lo ≤ clamp lo hi n ∧ clamp lo hi n ≤ hi ∧ (next o = 0 → o = none) := by
  unfold clamp
  refine ⟨?_, ?_, ?_⟩
  · split
    · omega
    · split <;> omega
  · split
    · omega
    · split <;> omega
  · unfold next
    split
    · intro; rfl
    · intro h; omega
