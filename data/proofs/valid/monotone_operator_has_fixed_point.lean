theorem monotone_operator_has_fixed_point (α : Type) (F : (α → Prop) → α → Prop)
    (mono : ∀ A B : α → Prop, (∀ x, A x → B x) → ∀ x, F A x → F B x) :
    ∃ A : α → Prop, ∀ x, F A x ↔ A x := by
  let L : α → Prop := fun x => ∀ B : α → Prop, (∀ y, F B y → B y) → B x
  have h1 : ∀ x, F L x → L x := by
    intro x hx B hB
    exact hB x (mono L B (fun y hy => hy B hB) x hx)
  refine ⟨L, fun x => ⟨h1 x, ?_⟩⟩
  intro hx
  exact hx (F L) (fun y hy => mono (F L) L h1 y hy)
