set_option maxHeartbeats 0 in set_option maxRecDepth 1000000 in repeat (have := Nat.le_refl 2)
