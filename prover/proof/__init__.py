"""The words of the system as pure values: no I/O, no Lean process, no model."""
