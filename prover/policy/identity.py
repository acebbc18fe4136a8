"""What a run's record says about the policy that it used, and what every policy that a run opens can do."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from prover.proof.proposal import Answer, Question

Identity = str | Mapping[str, Any]
"""A JSON value that is equal for policies that give equal answers, as far as this can be known: kind, model, hash of its weights."""


class OpenPolicy(Protocol):
    """A policy with its engine running. Whoever opened it closes it."""

    @property
    def identity(self) -> Identity: ...

    async def propose(self, questions: Sequence[Question]) -> list[Answer]:
        """One answer for each question, in order.

        Raises:
            PolicyFault: there is no answer to be had.
        """
        ...

    async def close(self) -> None:
        """Ends what runs for it; nothing may be asked afterwards."""
        ...
