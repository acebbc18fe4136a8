"""What a family of moves is: a function from a goal to weighted tactics."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prover.proof.state import Goal
from prover.proof.statement import Statement

GRIND = "grind -verbose"
"""Its diagnostics cost as much as its search, and nobody reads them."""

CLOSE = f"first | omega | (solve | simp_all) | {GRIND}"
"""Ends an easy side goal, cheapest attempt first."""


@dataclass(frozen=True, slots=True)
class Move:
    """One tactic with a weight: how often, per hundred states of its kind, one would like to have tried it first.

    Weights of one state are normalised to probabilities, so only their ratios matter.
    """

    tactic: str
    weight: float


@dataclass(frozen=True, slots=True)
class Context:
    """What a family may look at.

    Attributes:
        goal: the first goal, which is the one that a tactic acts on.
        statement: what the whole proof is of; its header tells which tactics and definitions there are.
    """

    goal: Goal
    statement: Statement

    @property
    def mathlib(self) -> bool:
        """Whether the header offers Mathlib's tactics."""
        return "import Mathlib" in self.statement.header


Family = Callable[[Context], Iterator[Move]]
