namespace Outer

section

variable {α : Type} (r : α → α → Prop)

def Symmetric : Prop := ∀ a b, r a b → r b a

namespace Inner

variable (h : Symmetric r)

include h in
theorem iff (a b : α) : r a b ↔ r b a := ⟨h a b, h b a⟩

end Inner

open Inner in
theorem honest (h : Symmetric r) (a b : α) (hab : ¬r a b) : ¬r b a := fun hba => hab ((iff r h a b).2 hba)

end

end Outer
