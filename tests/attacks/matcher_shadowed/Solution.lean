import Std

def target.match_1.{u} (motive : Nat → Sort u) (n : Nat) (zero : Unit → motive 0) (succ : (k : Nat) → motive k.succ) : motive n :=
  sorry

#print target.match_1

theorem target (n : Nat) : (match n with | 0 => 1 | _ + 1 => 2) = 3 := sorry

#print target
set_option pp.all true
#print target.match_1
theorem target' (n : Nat) : (match n with | 0 => 1 | _ + 1 => 2) = 3 := sorry
run_cmd 1
