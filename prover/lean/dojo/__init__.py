"""lean-dojo as a backend. `lean` is what the rest of the house sees; the other modules run in the process that it launches."""
