theorem digit_sum_mod_nine (ds : List Nat) :
    ds.foldl (fun n d => 10 * n + d) 0 % 9 = ds.sum % 9 := by
  have gen : ∀ (l : List Nat) (a : Nat), l.foldl (fun n d => 10 * n + d) a % 9 = (a + l.sum) % 9 := by
    intro l
    induction l with
    | nil => simp
    | cons d l ih => intro a; rw [List.foldl_cons, ih, List.sum_cons]; omega
  simpa using gen ds 0
