import NoSuchModule.AtAll

theorem target : (2 : Nat) + 2 = 5 := rfl
