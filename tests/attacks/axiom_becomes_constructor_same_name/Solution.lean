import Std

inductive Thing.Kind : Type where
  | one : Thing.Kind

theorem target (t : Thing.Kind) : t = Thing.Kind.one := by
  cases t
  rfl
