"""Asking an OpenAI-compatible server over HTTP: several addresses, deadlines, another try where it may help. Knows nothing of what is asked."""
