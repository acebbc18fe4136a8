import Std

inductive Thing : Type where
  | thing : Thing

def thing : Thing := .thing

theorem target (t : Thing) : t = thing := by
  cases t
  rfl
