"""The verdict on a finished proof.

The judge owns a Lean process that no search has ever used. It writes the final file itself (the harness's header and statement, the
model's tactics), has it elaborated, and has the Lean side compare the theorem with the one asked for, replay what the file
added through the kernel on a clean environment, and walk the axioms. Fails closed: anything short of that is `CannotJudge`.
Costs one Lean process, and tens to hundreds of milliseconds a proof.
"""

import time
from collections.abc import Sequence
from pathlib import Path

from prover.lean.toolchain import Toolchain
from prover.lean.worker import DeadlinePassed, Worker, WorkerDied
from prover.proof.statement import DEFAULT_HEARTBEATS, Statement, render
from prover.proof.verdict import STANDARD_AXIOMS, CannotJudge, Refused, Verdict, Verified

JUDGE_SECONDS = 300.0


def file_heartbeats(spent: int) -> int:
    """The `maxHeartbeats` of a file whose steps spent this many: Lean's default where that is ample, else four times as many."""
    return DEFAULT_HEARTBEATS if 2 * spent <= DEFAULT_HEARTBEATS else 4 * spent


class Judge:
    """One judging process. Requests queue; it is started by the first, or by `warm_up`."""

    def __init__(self, toolchain: Toolchain, program: Path, *, seconds: float = JUDGE_SECONDS) -> None:
        self._toolchain = toolchain
        self._worker = Worker(toolchain, program)
        self._seconds = seconds

    def warm_up(self) -> None:
        self._worker.warm_up()

    async def close(self) -> None:
        await self._worker.close()

    async def judge(self, statement: Statement, tactics: Sequence[str], *, heartbeats: int = 0) -> tuple[Verdict, str]:
        """Judges a proof script.

        Args:
            heartbeats: what the steps of the script spent in the search.

        Returns:
            The verdict and the text of the file it is about.
        """
        text = render(statement, tactics, heartbeats=file_heartbeats(heartbeats))
        return await self.judge_file(statement, text), text

    async def judge_file(self, statement: Statement, text: str) -> Verdict:
        """Judges a whole file as a proof of the statement."""
        lean = self._toolchain.identity
        began = time.perf_counter()
        request = {
            "op": "judge",
            "header": statement.header,
            "declaration": statement.declaration,
            "file": text,
            "bodies": int(self._toolchain.kind == "native"),
        }
        try:
            reply = await self._worker.request(request, self._seconds)
        except DeadlinePassed:
            return CannotJudge(f"the judge did not finish within {self._seconds:g} s", lean)
        except WorkerDied as error:
            return CannotJudge(f"the judging Lean died: {error}", lean)
        seconds = time.perf_counter() - began
        axioms = tuple(sorted(reply.get("axioms", ())))
        match reply["status"]:
            case "verified" if STANDARD_AXIOMS.issuperset(axioms):
                return Verified(axioms, lean, seconds)
            case "verified":
                return Refused(f"it rests on axioms outside {sorted(STANDARD_AXIOMS)}", axioms, lean, seconds)
            case "refused":
                return Refused(reply["reason"], axioms, lean, seconds)
            case _:
                return CannotJudge(reply.get("reason") or reply.get("message", "no verdict"), lean)
