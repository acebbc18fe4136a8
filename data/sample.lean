/-
A sample for `make prove`: theorems of core Lean 4, from one step to several. Every `sorry` is for Stepwise to fill.
-/

theorem double_residue (n : Nat) (h : n % 7 = 4) : (3 * n + 1) % 7 = 6 := by sorry

theorem square_mod_four (a : Int) : a ^ 2 % 4 = 0 ∨ a ^ 2 % 4 = 1 := by sorry

theorem three_divides (n : Nat) : 3 ∣ n ^ 3 + 2 * n := by sorry

theorem binomial_square (a b : Int) : (a + b) ^ 2 = a ^ 2 + 2 * a * b + b ^ 2 := by sorry

theorem two_power_grows (n : Nat) : n < 2 ^ n := by sorry

theorem geometric (f : Nat → Nat) (h0 : f 0 = 1) (hs : ∀ n, f (n + 1) = 2 * f n) (n : Nat) : f n = 2 ^ n := by sorry

theorem odd_numbers_sum (s : Nat → Nat) (h0 : s 0 = 0) (hs : ∀ n, s (n + 1) = s n + (2 * n + 1)) (n : Nat) :
    s n = n * n := by
  sorry

theorem surjective_comp {α β γ : Type} (f : α → β) (g : β → γ) (hf : ∀ b, ∃ a, f a = b) (hg : ∀ c, ∃ b, g b = c) :
    ∀ c, ∃ a, g (f a) = c := by
  sorry

theorem not_forall_exists {α : Type} (p : α → Prop) (h : ¬∀ x, p x) : ∃ x, ¬p x := by sorry

theorem length_of_join (xs ys : List Nat) : (xs ++ ys).reverse.length = ys.length + xs.length := by sorry

theorem bounded_pair (x y : Nat) (h : x * y = 35) (hx : 1 < x) (hy : x < y) : x = 5 := by sorry

theorem power_last_digit : 7 ^ 222 % 10 = 9 := by sorry
