import Std

theorem target : (2 : Nat) + 2 = 5 := by
  exact no_such_lemma 2 2
