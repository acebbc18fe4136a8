"""What a search, and a planner, need of Lean, and nothing more."""

from typing import Protocol

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
