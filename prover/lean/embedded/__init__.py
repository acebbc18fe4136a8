"""The embedded Lean: real Lean 4 from the package registries alone. `lean` runs it, `install` puts it there."""
