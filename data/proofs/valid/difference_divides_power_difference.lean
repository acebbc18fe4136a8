theorem difference_divides_power_difference (x y : Int) (n : Nat) : x - y ∣ x ^ n - y ^ n := by
  induction n with
  | zero => simp
  | succ n ih =>
    obtain ⟨c, hc⟩ := ih
    exact ⟨x ^ n + y * c, by grind⟩
