def reverse {α : Type} (xs : List α) : List α := go xs []
where
  go : List α → List α → List α
    | [], acc => acc
    | x :: xs, acc => go xs (x :: acc)

theorem honest {α : Type} (xs : List α) : (reverse xs).length = xs.length := aux xs [] |>.trans (by simp)
where
  aux : ∀ xs acc : List α, (reverse.go xs acc).length = xs.length + acc.length
    | [], acc => by simp [reverse.go]
    | x :: xs, acc => by
      rw [reverse.go, aux xs (x :: acc)]
      simp only [List.length_cons]
      omega
