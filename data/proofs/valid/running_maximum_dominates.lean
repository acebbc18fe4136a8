theorem running_maximum_dominates (xs : List Nat) (m x : Nat) (h : x = m ∨ x ∈ xs) :
    x ≤ xs.foldl max m := by
  induction xs generalizing m with
  | nil => grind
  | cons y ys ih =>
    rw [List.foldl_cons]
    by_cases hx : x ∈ ys
    · exact ih _ (Or.inr hx)
    · have h1 := ih (m := max m y) 
      have h2 : x ≤ max m y := by grind
      have h3 : ∀ (l : List Nat) (k : Nat), k ≤ l.foldl max k := by
        intro l
        induction l with
        | nil => simp
        | cons a l ih => intro k; have := ih (max k a); rw [List.foldl_cons]; omega
      have := h3 ys (max m y)
      omega
