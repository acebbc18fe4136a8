theorem honest (p q r : Prop) : (p ∧ q → r) ↔ (p → q → r) :=
  have there : (p ∧ q → r) → p → q → r := fun h hp hq => h ⟨hp, hq⟩
  let back : (p → q → r) → p ∧ q → r := fun h hpq => show r from h hpq.left hpq.right
  ⟨there, back⟩
