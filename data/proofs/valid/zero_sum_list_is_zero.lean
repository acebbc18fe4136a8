theorem zero_sum_list_is_zero (xs : List Nat) (h : xs.sum = 0) : xs = List.replicate xs.length 0 := by
  induction xs with
  | nil => rfl
  | cons x xs ih =>
    rw [List.sum_cons] at h
    have hx : x = 0 := by omega
    rw [List.length_cons, List.replicate_succ, ← ih (by omega), hx]
