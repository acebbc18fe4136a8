def same (a b : Nat × Nat) : Prop := a.1 + b.2 = b.1 + a.2

instance relation : Setoid (Nat × Nat) where
  r := same
  iseqv := {
    refl := fun _ => rfl
    symm := fun h => by unfold same at *; omega
    trans := fun h k => by unfold same at *; omega }

def Difference : Type := Quotient relation

def Difference.neg : Difference → Difference :=
  Quotient.lift (fun a => Quotient.mk relation (a.2, a.1)) fun a b h => Quotient.sound (by
    change same a b at h
    change same _ _
    unfold same at *
    simp only
    omega)

theorem honest (d : Difference) : d.neg.neg = d := by
  refine Quotient.inductionOn d fun a => ?_
  rfl
