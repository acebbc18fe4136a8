import Std

/-! What `exact?` and `rw?` would have found, and an `open … in` before the theorem. -/

open Nat in
theorem honest (m n k : Nat) (h : m ∣ n) (hk : k ∣ m) : k ∣ n ∧ gcd m n ∣ n ∧ min m n ≤ n := by
  refine ⟨?_, ?_, ?_⟩
  · exact Nat.dvd_trans hk h
  · exact Nat.gcd_dvd_right m n
  · exact Nat.min_le_right m n
