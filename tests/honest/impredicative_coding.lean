universe u

inductive W (α : Type u) (β : α → Type u) : Type u where
  | sup (a : α) (f : β a → W α β) : W α β

def W.depthPositive {α : Type u} {β : α → Type u} : W α β → Prop
  | .sup _ f => ∀ b, (f b).depthPositive

theorem honest {α : Type u} {β : α → Type u} (w : W α β) : w.depthPositive := by
  induction w with
  | sup a f ih => exact fun b => ih b
