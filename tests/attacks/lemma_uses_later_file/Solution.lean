import Std

theorem target : (2 : Nat) + 2 = 5 := by
  have h : ∀ _ : Unit, (2 : Nat) + 2 = 5 := fun _ => _root_.target
  exact h ()
