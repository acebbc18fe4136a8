"""What a search needs of Lean and of a policy, and nothing more."""

from collections.abc import Iterable, Sequence
from typing import Protocol

from prover.proof.proposal import Proposal
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import StepResult


class Lean(Protocol):
    """Something that runs tactics on states. Implemented by `prover.lean.stepper.Stepper`."""

    async def start(self, statement: Statement) -> ProofState:
        """The state before the first tactic; raises `SourceError` when the statement does not elaborate."""
        ...

    async def step(self, state: ProofState, tactic: str) -> StepResult: ...

    async def release(self, states: Iterable[ProofState]) -> None:
        """The states are not needed soon; they stay valid values."""
        ...


class Policy(Protocol):
    """Proposes tactics with log-probabilities; batched, so that one engine serves many searches."""

    async def propose(self, states: Sequence[ProofState], n: int, *, asked: Sequence[int], seed: int) -> list[list[Proposal]]:
        """Up to n proposals for each state.

        Args:
            states: the states, one batch.
            n: proposals wanted per state.
            asked: for each state, how often it was asked about before. A policy that ranks rather than samples goes on
                where it stopped; an empty answer says that it has nothing more.
            seed: of whatever the policy draws.
        """
        ...
