theorem symmetric_difference_associative (α : Type) (A B C : α → Prop) :
    (fun x => ¬ ((¬ (A x ↔ B x)) ↔ C x)) = (fun x => ¬ (A x ↔ ¬ (B x ↔ C x))) := by
  funext x
  grind
