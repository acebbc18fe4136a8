theorem increasing_surjection_of_naturals (f : Nat → Nat) (hm : ∀ n, f n < f (n + 1))
    (hs : ∀ y, ∃ x, f x = y) (n : Nat) : f n = n := by
  have mono : ∀ a d, f a + d ≤ f (a + d) := by
    intro a d
    induction d with
    | zero => simp
    | succ d ih =>
      have h := hm (a + d)
      rw [Nat.add_assoc] at h
      omega
  induction n using Nat.strongRecOn with
  | ind n ih =>
    have low := mono 0 n
    rw [Nat.zero_add] at low
    obtain ⟨x, hx⟩ := hs n
    by_cases h : n ≤ x
    · have h1 := mono n (x - n)
      rw [show n + (x - n) = x by omega] at h1
      omega
    · have h2 := ih x (by omega)
      omega
