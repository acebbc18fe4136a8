"""Stepwise: open-source Lean 4 theorem proving by tactic-level search."""

__version__ = "0.1.0"
