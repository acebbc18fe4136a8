prelude

set_option genCtorIdx false
set_option genSizeOf false
set_option genInjectivity false

universe u v w

inductive Nat where
  | zero : Nat
  | succ : Nat → Nat

inductive Eq {α : Sort u} : α → α → Prop where
  | refl (a : α) : Eq a a

axiom OfNat (α : Type u) (n : Nat) : Type u

axiom HAdd (α : Type u) (β : Type v) (γ : Type w) : Type (max u v w)

axiom Add (α : Type u) : Type u

axiom instOfNatNat (n : Nat) : OfNat Nat n

noncomputable def OfNat.ofNat (α : Type) (n : Nat) (_ : OfNat α n) : Nat := Nat.zero

axiom instHAdd (α : Type u) (_ : Add α) : HAdd α α α

noncomputable def HAdd.hAdd (α : Type) (β : Type) (γ : Type) (_ : HAdd α β γ) (_ _ : Nat) : Nat := Nat.zero

axiom instAddNat : Add Nat

axiom two : Nat

axiom five : Nat

theorem target : @Eq Nat (HAdd.hAdd Nat Nat Nat (instHAdd Nat instAddNat) (OfNat.ofNat Nat two (instOfNatNat two)) (OfNat.ofNat Nat two (instOfNatNat two))) (OfNat.ofNat Nat five (instOfNatNat five)) :=
  @Eq.refl Nat Nat.zero
