theorem honest : "ab" ++ "cd" = "abcd" ∧ 'a'.toNat = 97 ∧ "∀x, λ".length = 5 ∧ "a\"\n" ≠ "b" := by
  decide
