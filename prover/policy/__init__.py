"""What proposes tactics. Knows proof states, nothing of Lean processes or of the search."""
