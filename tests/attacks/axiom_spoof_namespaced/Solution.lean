import Std

namespace Core
axiom propext : (2 : Nat) + 2 = 5

end Core

open Core in
theorem target : (2 : Nat) + 2 = 5 := Core.propext
