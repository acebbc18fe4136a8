"""Everything that talks to Lean. Knows nothing of search, policies or caches."""
