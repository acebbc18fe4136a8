mutual

def isEven : Nat → Bool
  | 0 => true
  | n + 1 => isOdd n

def isOdd : Nat → Bool
  | 0 => false
  | n + 1 => isEven n

end

mutual

theorem even_mod (n : Nat) : isEven n = decide (n % 2 = 0) := by
  cases n with
  | zero => rfl
  | succ n =>
    rw [isEven, odd_mod n]
    by_cases h : n % 2 = 1 <;> simp [h] <;> omega

theorem odd_mod (n : Nat) : isOdd n = decide (n % 2 = 1) := by
  cases n with
  | zero => rfl
  | succ n =>
    rw [isOdd, even_mod n]
    by_cases h : n % 2 = 0 <;> simp [h] <;> omega

end

theorem honest (n : Nat) : (isEven n || isOdd n) = true := by
  rw [even_mod, odd_mod]
  by_cases h : n % 2 = 0
  · simp [h]
  · have : n % 2 = 1 := by omega
    simp [this]
