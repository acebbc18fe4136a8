theorem same_recurrence_same_function (f g : Nat → Int) (step : Int → Int) (h0 : f 0 = g 0)
    (hf : ∀ n, f (n + 1) = step (f n)) (hg : ∀ n, g (n + 1) = step (g n)) : f = g := by
  funext n
  induction n with
  | zero => exact h0
  | succ n ih => rw [hf, hg, ih]
