import Std

theorem honest (x y : BitVec 8) : (∀ b : BitVec 4, b &&& b = b) ∧ x + y = y + x ∧ (x ^^^ x) = 0#8 := by
  refine ⟨by decide, BitVec.add_comm x y, ?_⟩
  simp
