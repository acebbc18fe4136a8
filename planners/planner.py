"""What a team asks a planner, and what it answers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from planners.plan import Plan
from prover.proof.state import ProofState


class PlannerFault(Exception):
    """The planner could not be asked, or has spent what it may spend. One line for the user. The team goes on without it."""


@dataclass(frozen=True, slots=True)
class Known:
    """Something about the goal that is proved already; it may be stated in a plan again, word for word, and costs nothing then."""

    name: str
    text: str


@dataclass(frozen=True, slots=True)
class Rejected:
    """A plan that was given up.

    Attributes:
        reason: for the planner to read: Lean's error, a counterexample, which subgoal was stuck and what was tried.
        stuck: names of the subgoals that could not be proved; empty where the plan did not get as far as a search.
    """

    plan: Plan
    reason: str
    stuck: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PlanRequest:
    """Attributes:
    state: of the goal that a plan is wanted for; exactly one goal.
    round: 0 the first time that a plan for this goal is wanted.
    known: what is proved.
    rejected: earlier plans for this goal, and why they were given up.
    lemmas: proved elsewhere, similar to the goal, closed (they speak of no hypothesis of it).
    """

    state: ProofState
    round: int = 0
    known: tuple[Known, ...] = ()
    rejected: tuple[Rejected, ...] = ()
    lemmas: tuple[Known, ...] = ()


class Planner(Protocol):
    """Makes plans. Safe to be asked about several goals at once."""

    @property
    def identity(self) -> dict[str, object]:
        """Everything that its plans depend on; part of a run's configuration."""
        ...

    async def plans(self, request: PlanRequest) -> Sequence[Plan]:
        """Plans for the goal, the most promising first, none twice, none that was rejected before; none at all when it has no idea.

        Raises:
            PlannerFault: there is no answer to be had.
        """
        ...
