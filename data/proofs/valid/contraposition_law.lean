theorem contraposition_law (p q : Prop) : (p → q) ↔ (¬q → ¬p) := by
  grind
