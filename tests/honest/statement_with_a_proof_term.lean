theorem honest (xs : List Nat) (h : 0 < xs.length) : xs[0]'h ∈ xs ∧ (⟨2, by decide⟩ : Fin 5) ≠ ⟨3, by decide⟩ := by
  constructor
  · exact List.getElem_mem h
  · decide
