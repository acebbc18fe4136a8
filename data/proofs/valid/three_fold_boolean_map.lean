theorem three_fold_boolean_map (f : Bool → Bool) (b : Bool) : f (f (f b)) = f b := by
  cases b <;> cases h1 : f true <;> cases h2 : f false <;> simp [h1, h2]
