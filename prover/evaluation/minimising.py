"""A shorter proof in place of the one that was found, if the judge verifies it too.

Promises: nothing is lost. Whatever happens on the way (no shorter proof, a refusal, a fault of Lean), the proof that was found, already verified,
stays the result.
"""

from dataclasses import dataclass

from prover.config import MinimiseConfig
from prover.lean.judge import Judge
from prover.lean.stepper import SourceError
from prover.lean.worker import DeadlinePassed, WorkerDied
from prover.proof.script import Proof, lines
from prover.proof.statement import Statement
from prover.proof.verdict import Verdict, Verified
from prover.search.minimise import Lean, MinimiseLimits, minimised


@dataclass(frozen=True, slots=True)
class Shortened:
    """A verified proof that is shorter than, or reads better than, the one it was made from.

    Attributes:
        verdict: the judge's, on this proof.
        text: the file that it is about.
    """

    proof: Proof
    verdict: Verdict
    text: str

    @property
    def script(self) -> tuple[str, ...]:
        """The tactics as they stand in the file."""
        return lines(self.proof)


@dataclass(frozen=True, slots=True)
class Minimiser:
    """Shortens verified proofs, each within the same limits. Uses the Lean of the search, and the judge of the run."""

    lean: Lean
    judge: Judge
    config: MinimiseConfig

    async def shortened(self, statement: Statement, raw: Proof) -> Shortened | None:
        """The shorter proof; None where there is none to be had."""
        if not self.config.enabled:
            return None
        limits = MinimiseLimits(seconds=self.config.seconds, lean_steps=self.config.lean_steps)
        try:
            best = await minimised(self.lean, statement, raw, limits=limits)
        except (SourceError, WorkerDied, DeadlinePassed):
            return None
        if best.proof == raw:
            return None
        verdict, text = await self.judge.judge(statement, lines(best.proof), heartbeats=best.heartbeats)
        return Shortened(best.proof, verdict, text) if isinstance(verdict, Verified) else None
