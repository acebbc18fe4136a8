prelude

set_option genCtorIdx false
set_option genSizeOf false
set_option genInjectivity false

universe u v w

class CoeFun (α : Sort u) (γ : outParam (α → Sort v)) where
  coe : (f : α) → γ f

inductive Nat where
  | zero : Nat
  | succ : Nat → Nat

inductive Eq {α : Sort u} : α → α → Prop where
  | refl (a : α) : Eq a a

class OfNat (α : Type u) (_ : Nat) where
  ofNat : α

class HAdd (α : Type u) (β : Type v) (γ : outParam (Type w)) where
  hAdd : α → β → γ

class Add (α : Type u) where
  add : α → α → α

instance instOfNatNat (n : Nat) : OfNat Nat n := OfNat.mk n

instance instHAdd {α : Type u} [Add α] : HAdd α α α := HAdd.mk (fun a b => Add.add a b)

noncomputable instance instAddNat : Add Nat := Add.mk (fun _ _ => nat_lit 5)

theorem target : @Eq Nat (@HAdd.hAdd Nat Nat Nat (@instHAdd Nat instAddNat) (@OfNat.ofNat Nat (nat_lit 2) (instOfNatNat (nat_lit 2))) (@OfNat.ofNat Nat (nat_lit 2) (instOfNatNat (nat_lit 2)))) (@OfNat.ofNat Nat (nat_lit 5) (instOfNatNat (nat_lit 5))) :=
  Eq.refl (nat_lit 5)
