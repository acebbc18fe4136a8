import Std

inductive Box : Nat → Prop where
  | mk : (n : Nat) → Box n

theorem target (n : Nat) : Box n := .mk n
