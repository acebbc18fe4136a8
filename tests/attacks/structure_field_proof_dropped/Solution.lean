import Std

class Magma (α : Type) where
  op : α → α → α

instance : Magma Bool := ⟨fun a _ => !a⟩

theorem target : Nonempty (Magma Empty) ∧ ∃ m : Magma Bool, m.op true true = false := ⟨⟨⟨fun a _ => a⟩⟩, ⟨⟨fun a _ => !a⟩, rfl⟩⟩
