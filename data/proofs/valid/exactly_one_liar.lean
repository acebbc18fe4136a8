theorem exactly_one_liar (a b : Prop) (h : a ↔ (¬ a ↔ b)) : ¬ b := by
  grind
