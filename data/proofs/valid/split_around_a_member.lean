theorem split_around_a_member (xs : List Nat) (x : Nat) (h : x ∈ xs) : ∃ s t, xs = s ++ x :: t := by
  induction xs with
  | nil => simp at h
  | cons y ys ih =>
    rcases List.mem_cons.mp h with rfl | h
    · exact ⟨[], ys, rfl⟩
    · obtain ⟨s, t, rfl⟩ := ih h
      exact ⟨y :: s, t, rfl⟩
