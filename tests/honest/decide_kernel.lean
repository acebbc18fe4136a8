import Std

theorem honest : (List.range 2000).foldl (· + ·) 0 = 1999000 := by
  decide +kernel
