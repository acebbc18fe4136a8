"""What a family of moves is: a function from a goal to weighted tactics."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from prover.proof.state import Goal


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
        goals: how many goals are open.
        mathlib: whether the header offers Mathlib's tactics.
        depth: tactics so far.
    """

    goal: Goal
    goals: int
    mathlib: bool
    depth: int


Family = Callable[[Context], Iterator[Move]]
