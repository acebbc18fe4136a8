universe u v

structure Iso (α : Type u) (β : Type v) where
  to : α → β
  back : β → α
  left : ∀ a, back (to a) = a
  right : ∀ b, to (back b) = b

def Iso.symm {α : Type u} {β : Type v} (i : Iso α β) : Iso β α := ⟨i.back, i.to, i.right, i.left⟩

theorem honest {α : Type u} {β : Type v} (i : Iso α β) (a b : α) : i.symm.symm = i ∧ (i.to a = i.to b → a = b) := by
  refine ⟨rfl, fun h => ?_⟩
  rw [← i.left a, h, i.left]
