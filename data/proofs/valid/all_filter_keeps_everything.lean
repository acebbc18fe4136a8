theorem all_filter_keeps_everything (xs : List Nat) (p : Nat → Bool) (h : ∀ x, x ∈ xs → p x = true) :
    (xs.filter p).length = xs.length := by
  rw [List.filter_eq_self.mpr h]
