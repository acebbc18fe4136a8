"""What a Lean process may touch. `policy` decides and finds out what the machine allows; `launcher` puts it into force; `probe` tries it."""
