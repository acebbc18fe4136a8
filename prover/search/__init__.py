"""The search graph and the loop over it. Knows the policy and Lean only as protocols."""
