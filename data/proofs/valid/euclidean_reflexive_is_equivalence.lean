theorem euclidean_reflexive_is_equivalence (α : Type) (R : α → α → Prop) (refl : ∀ x, R x x)
    (euc : ∀ x y z, R x y → R x z → R y z) :
    (∀ x y, R x y → R y x) ∧ (∀ x y z, R x y → R y z → R x z) := by
  have symm : ∀ x y, R x y → R y x := fun x y h => euc x y x h (refl x)
  exact ⟨symm, fun x y z h1 h2 => euc y x z (symm x y h1) h2⟩
