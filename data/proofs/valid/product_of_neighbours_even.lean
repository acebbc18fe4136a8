theorem product_of_neighbours_even (a : Int) : a * (a + 1) % 2 = 0 := by
  rcases Int.emod_two_eq a with h | h
  · simp [Int.mul_emod, h]
  · have : (a + 1) % 2 = 0 := by omega
    simp [Int.mul_emod, this]
