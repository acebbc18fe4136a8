theorem implication_cycle (p q r s : Prop) (h1 : p → q) (h2 : q → r) (h3 : r → s) (h4 : s → p) :
    (p ↔ r) ∧ (q ↔ s) := by
  grind
