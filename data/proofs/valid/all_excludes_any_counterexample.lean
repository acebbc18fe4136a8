theorem all_excludes_any_counterexample (xs : List Nat) (p : Nat → Bool) :
    (xs.all p = true) ↔ (xs.filter (fun x => !p x) = []) := by
  induction xs with
  | nil => simp
  | cons x xs ih => cases h : p x <;> simp [h, ih]
