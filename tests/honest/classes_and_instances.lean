class Monoid' (α : Type) where
  one : α
  mul : α → α → α
  one_mul : ∀ a, mul one a = a
  mul_one : ∀ a, mul a one = a
  assoc : ∀ a b c, mul (mul a b) c = mul a (mul b c)

instance {α : Type} : Monoid' (List α) where
  one := []
  mul := List.append
  one_mul := List.nil_append
  mul_one := List.append_nil
  assoc := List.append_assoc

instance {α β : Type} [Monoid' α] [Monoid' β] : Monoid' (α × β) where
  one := (Monoid'.one, Monoid'.one)
  mul a b := (Monoid'.mul a.1 b.1, Monoid'.mul a.2 b.2)
  one_mul := by intro (a, b); simp [Monoid'.one_mul]
  mul_one := by intro (a, b); simp [Monoid'.mul_one]
  assoc := by intro (a, b) (c, d) (e, f); simp [Monoid'.assoc]

theorem honest {α : Type} [Monoid' α] (e : α) (h : ∀ a, Monoid'.mul e a = a) : e = Monoid'.one :=
  (Monoid'.mul_one e).symm.trans (h _)
