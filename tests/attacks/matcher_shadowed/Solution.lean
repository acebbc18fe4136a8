import Std

def target.match_1.{u} (motive : Nat → Sort u) (n : Nat) (_ : Unit → motive 0) (_ : (k : Nat) → motive k.succ) : motive n := sorry

theorem target (n : Nat) : (match n with | 0 => 1 | _ + 1 => 2) = 3 := sorry
