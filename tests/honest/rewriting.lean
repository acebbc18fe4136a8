theorem honest (a b c : Nat) (f : Nat → Nat) (h : ∀ n, f n = n + c) (hab : a = b + 1) : f a + f b = 2 * b + 1 + 2 * c := by
  rw [h, h b, hab]
  rw [show b + 1 + c + (b + c) = 2 * b + 1 + 2 * c from by omega]
