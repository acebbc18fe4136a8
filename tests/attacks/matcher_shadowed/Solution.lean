import Std

def target.match_1.{u} (motive : Nat → Sort u) (n : Nat) (_ : Unit → motive 0) (other : (k : Nat) → motive k) : motive n :=
  other n

theorem target (n : Nat) : @Eq Nat (@target.match_1.{1} (fun _ => Nat) n (fun _ => (1 : Nat)) (fun _ => (2 : Nat))) 2 := rfl
