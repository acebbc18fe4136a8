theorem honest : ∀ (n : Nat) (o : Option (Nat × Nat)), (∃ a b, o = some (a, b) ∧ a + b = n) ∨ (∀ a b, o = some (a, b) → a + b ≠ n)
  | _, none => .inr fun _ _ h => nomatch h
  | n, some (a, b) =>
    match Nat.decEq (a + b) n with
    | .isTrue h => .inl ⟨a, b, rfl, h⟩
    | .isFalse h => .inr fun _ _ e => by cases e; exact h
