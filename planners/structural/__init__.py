"""The planner that needs no model: what mathematicians do by reflex, read off the goal's text.

Most of its plans state lemmas of their own: closed forms guessed from the first values, stronger claims for an induction, laws of recursive
functions, bounds that come first. Nothing here is proved or even checked; a plan that makes no sense is found out by `planners.layout` and
`planners.checks`.
"""

from planners.structural.planner import StructuralPlanner

__all__ = ["StructuralPlanner"]
