theorem filter_membership_splits (xs ys : List Nat) (p : Nat → Bool) (x : Nat) :
    x ∈ (xs ++ ys).filter p ↔ (x ∈ xs ∨ x ∈ ys) ∧ p x = true := by
  rw [List.mem_filter, List.mem_append]
