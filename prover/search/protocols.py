"""What a search needs of a policy and of a value function, and nothing more."""

from collections.abc import Sequence
from typing import Protocol

from prover.proof.proposal import Answer, Question
from prover.proof.state import ProofState


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
