"""What a team asks of its step-provers, wherever they run."""

from dataclasses import dataclass
from typing import Protocol

from prover.proof.attempt import Attempt, Telemetry
from prover.proof.lean import Lean
from prover.proof.state import ProofState
from prover.search.settings import Budget, SearchSettings


class AgentLost(Exception):
    """The step-prover (its process, its machine) is gone. Says nothing about the goal: the job is for another to do."""


@dataclass(frozen=True, slots=True)
class Job:
    """One search.

    Attributes:
        theorem: name and hash of the theorem that it is for; jobs of one theorem share.
        state: what is to be closed, from here: the whole theorem, or one subgoal (a state of one opened goal).
        priority: of its steps on the Lean processes that it shares; smaller is served first.
    """

    theorem: str
    state: ProofState
    settings: SearchSettings
    budget: Budget
    priority: int = 0


class StepProvers(Protocol):
    """Runs searches. In this process (`prover.team.local`) or on a cluster (`prover.team.cluster`)."""

    @property
    def lean(self) -> Lean:
        """For the planner's checks and for putting proofs together."""
        ...

    @property
    def places(self) -> int:
        """Searches that can usefully run at once; may change while a run goes on."""
        ...

    async def search(self, job: Job, spent: Telemetry) -> Attempt:
        """Runs the search to its end. Cancelling the call ends the search, wherever it runs.

        A `Proved` holds a proof of ``job.state``.

        Args:
            spent: what the search spent is added to it, however it ends, as far as it is known.

        Raises:
            AgentLost: it was lost on the way.
            PolicyFault, WorkerDied, DeadlinePassed: as `prover.search.best_first.Search.run`.
        """
        ...
