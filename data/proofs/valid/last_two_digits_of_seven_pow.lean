theorem last_two_digits_of_seven_pow : 7 ^ 42 % 100 = 49 := by
  decide
