have h : ∀ _ : Unit, (2 : Nat) + 2 = 5 := fun _ => _root_.target
exact h ()
