import Lean

set_option pp.explicit false
set_option pp.numericTypes false
set_option pp.deepTerms false

theorem target : (2 : Int) + 2 = 5 - 1 := rfl
