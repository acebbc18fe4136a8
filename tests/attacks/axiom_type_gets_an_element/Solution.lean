import Std

inductive Thing : Type where
  | other : Thing

theorem target : Nonempty Thing := ⟨.other⟩
