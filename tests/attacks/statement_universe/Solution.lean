import Std

theorem target (α : Type) (a : α) : ∃ b : α, a = b := ⟨a, rfl⟩
