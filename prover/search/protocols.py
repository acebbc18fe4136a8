"""What a search needs of Lean and of a policy, and nothing more."""

from collections.abc import Sequence
from typing import Protocol

from prover.proof.proposal import Answer, Question
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import StepResult


class Lean(Protocol):
    """Something that runs tactics on states, several at a time. Implemented by `prover.lean.pool.Pool`."""

    async def start(self, statement: Statement) -> ProofState:
        """The state before the first tactic; raises `SourceError` when the statement does not elaborate."""
        ...

    async def step(self, state: ProofState, tactic: str, *, heartbeats: int | None = None, priority: int = 0) -> StepResult:
        """Runs one tactic on a state.

        Args:
            heartbeats: in place of the usual limit.
            priority: smaller is served first.
        """
        ...


class Policy(Protocol):
    """Proposes tactics with log-probabilities; batched and asynchronous, so that one engine serves many searches."""

    async def propose(self, questions: Sequence[Question]) -> list[Answer]:
        """One answer for each question, in order.

        Raises:
            PolicyFault: there is no answer to be had.
        """
        ...


class Value(Protocol):
    """Estimates how far states are from being closed."""

    async def remaining(self, states: Sequence[ProofState]) -> list[float]:
        """For each state, the expected number of further tactics."""
        ...
