"""Native Lean: the one of a Lake project. `lean` finds and runs it, `build` makes an executable of our program."""
