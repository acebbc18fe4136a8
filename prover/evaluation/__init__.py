"""Runs over many statements, and the run directory that is their state."""
