theorem cubes_mod_seven :
    ∀ r : Fin 7, r * r * r = 0 ∨ r * r * r = 1 ∨ r * r * r = 6 := by
  decide
