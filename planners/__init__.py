"""How a hard goal is cut into easier ones: plans, the planners that make them, and the checks that a plan passes before anybody searches."""
