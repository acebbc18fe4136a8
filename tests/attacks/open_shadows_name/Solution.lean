import Std

namespace Hidden

def even (_ : Nat) : Prop := True

end Hidden

def even (n : Nat) : Prop := n % 2 = 0

namespace Hidden

theorem _root_.target : even 3 := trivial

end Hidden
