import Std

axiom assumed : ∀ n : Nat, n = n + 1

abbrev With (_ : ∀ n : Nat, n = n + 1) : Prop := True

inductive Carrier : Prop where
  | mk : With assumed → Carrier

theorem target : ∃ p : Prop, p := ⟨Carrier, .mk trivial⟩
