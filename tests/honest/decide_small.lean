theorem honest : (∀ a b : Fin 8, a + b = b + a) ∧ ¬ ∃ n : Fin 20, n * n = 2 := by
  decide
