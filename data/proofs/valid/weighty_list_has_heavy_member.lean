theorem weighty_list_has_heavy_member (xs : List Nat) (h : xs.length < xs.sum) : ∃ x, x ∈ xs ∧ 1 < x := by
  induction xs with
  | nil => simp at h
  | cons x xs ih =>
    by_cases hx : 1 < x
    · exact ⟨x, by simp, hx⟩
    · rw [List.length_cons, List.sum_cons] at h
      obtain ⟨y, hy, h1⟩ := ih (by omega)
      exact ⟨y, by simp [hy], h1⟩
