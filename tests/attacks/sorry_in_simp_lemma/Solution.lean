import Std

@[simp] theorem two_two : (2 : Nat) = 3 := by sorry

theorem target : (2 : Nat) + 2 = 5 := by
  have h : (3 : Nat) = 2 := two_two.symm
  have g : (2 : Nat) + 2 = 2 + 2 := rfl
  omega
