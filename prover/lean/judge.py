"""The verdict on a finished proof.

The text of a proof is hostile: elaborating it runs whatever it says. So the judge is two Lean processes that share nothing. One elaborates the
finished file, contained as far as the machine allows, and hands over data: the declarations that the theorem rests on, in the format of
lean4export. The other never sees the file. It elaborates the statement from the challenge alone, gives every declaration to the kernel in a clean
environment, compares the theorem, and everything that its statement speaks of, with what was asked for, and walks the axioms.
Promises: `Verified` only on the word of the second; anything missing is `CannotJudge`. Neither process is ever used for a search.
Costs: two Lean processes, and tens to hundreds of milliseconds a proof.
"""

import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from prover.lean.answers import Declaration, SourceError, checked
from prover.lean.containment.policy import ALL_MEASURES, Measure
from prover.lean.nursery import Nursery
from prover.lean.process import Recipe, not_enforced
from prover.lean.stepper import Stepper
from prover.lean.toolchain import Toolchain
from prover.lean.wire import Reply
from prover.lean.worker import DeadlinePassed, Worker, WorkerDied
from prover.proof.statement import DEFAULT_HEARTBEATS, Statement, render
from prover.proof.verdict import STANDARD_AXIOMS, CannotJudge, Circumstances, Refused, Verdict, Verified

JUDGE_SECONDS = 300.0

_CANARY = {"header": "", "declaration": "theorem canary (p q : Prop) (h : p ∧ q) : q ∧ p"}
_CANARY_FILE = f"{_CANARY['declaration']} := by\n  constructor\n  · exact h.2\n  · exact h.1\n"
"""Judged after every file that was not verified, so that most processes that a file has tampered with do not go on to elaborate others. A file that
knows the canary can pass it: who judges files that must not touch one another's verdicts calls `renew` between them."""

_NO_BODIES = "the proofs of the imported library's theorems are not in this build of Lean: the library is trusted as its pinned package has it"
_NO_CHALLENGE = "the statement is the file's own: it was compared with nothing"


def file_heartbeats(spent: int) -> int:
    """The `maxHeartbeats` of a file whose steps spent this many: Lean's default where that is ample, else four times as many."""
    return DEFAULT_HEARTBEATS if 2 * spent <= DEFAULT_HEARTBEATS else 4 * spent


class Judge:
    """The two judging processes. Requests queue; they are started by the first, or by `warm_up`."""

    def __init__(
        self,
        toolchain: Toolchain,
        program: Path,
        *,
        seconds: float = JUDGE_SECONDS,
        spares: int = 0,
        measures: frozenset[Measure] = ALL_MEASURES,
    ) -> None:
        elaborating = Recipe(toolchain, program, role="elaborate", measures=measures)
        self._toolchain, self._seconds = toolchain, seconds
        self._spares = Nursery(elaborating, spares=spares)
        self._elaborator = Worker(self._spares)
        self._kernel = Worker(Recipe(toolchain, program, role="replay", measures=measures))
        self._elaborating = elaborating
        self._bodies = toolchain.kind == "native"

    def warm_up(self) -> None:
        self._elaborator.warm_up()
        self._kernel.warm_up()
        self._spares.warm_up()

    async def close(self) -> None:
        await self._spares.close()
        await self._elaborator.close()
        await self._kernel.close()

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
        return await self._judge(text, {"header": statement.header, "declaration": statement.declaration})

    async def judge_own(self, name: str, text: str) -> Verdict:
        """Judges a theorem of a file for what the file itself says it states: the kernel and the axioms, without a challenge."""
        return await self._judge(text, {"name": name})

    async def theorems_of(self, text: str) -> list[Declaration]:
        """The theorems of a file that nobody vouches for, as it says itself: what `judge_own` may be asked about.

        Raises:
            SourceError: it is no Lean file.
            WorkerDied, DeadlinePassed: reading it ended the process, or did not end.
        """
        return await Stepper(self._elaborator).scan(text, everything=True)

    async def renew(self) -> None:
        """A fresh elaborating process for what comes next: nothing that earlier files did to the present one remains."""
        await self._elaborator.renew()

    def unjudged(self, reason: str) -> CannotJudge:
        """The verdict on something that could not even be asked about."""
        return CannotJudge(reason, self._circumstances(compared=False))

    async def read_challenge(self, text: str) -> list[Declaration]:
        """The theorems that a challenge asks for, read by the process that never sees a solution.

        Raises:
            SourceError: it is no Lean file.
        """
        return await Stepper(self._kernel).scan(text, everything=True)

    async def _judge(self, text: str, challenge: Mapping[str, str]) -> Verdict:
        began = time.monotonic()
        verdict = await self._verdict(text, challenge, began + self._seconds)
        if not isinstance(verdict, Verified):
            await self._check_health()
        return replace(verdict, circumstances=replace(verdict.circumstances, seconds=time.monotonic() - began))

    async def _verdict(self, text: str, challenge: Mapping[str, str], deadline: float) -> Verdict:
        """``challenge``: the header and declaration that the file is to prove, or only the name of a theorem of its own."""
        circumstances = self._circumstances(compared="declaration" in challenge)
        try:
            name = challenge.get("name") or await self._name(challenge, deadline)
            claim = await self._elaborated(name, text, deadline)
            if claim.get("status") != "ok":
                return _no_claim(claim, circumstances)
            return await self._replayed({"name": name, **challenge}, claim, deadline, circumstances)
        except SourceError as error:
            return CannotJudge(f"the statement does not elaborate: {error.message}", circumstances)
        except DeadlinePassed:
            return CannotJudge(f"the judge did not finish within {self._seconds:g} s", circumstances)
        except WorkerDied as error:
            return CannotJudge(f"the judging Lean died: {error}", circumstances)
        except _Unsurvivable as error:
            return Refused(f"elaborating it ends Lean: {error}", (), circumstances)

    def _circumstances(self, *, compared: bool) -> Circumstances:
        gaps = list(not_enforced(self._elaborating))
        if not self._bodies:
            gaps.append(_NO_BODIES)
        if not compared:
            gaps.append(_NO_CHALLENGE)
        return Circumstances(self._toolchain.identity, compared=compared, not_enforced=tuple(gaps))

    async def _name(self, challenge: Mapping[str, str], deadline: float) -> str:
        return str(checked(await self._ask_kernel({"op": "name", **challenge}, deadline))["name"])

    async def _ask_kernel(self, request: Mapping[str, object], deadline: float) -> Reply:
        try:
            return await self._kernel.request(request, _left(deadline))
        except WorkerDied as error:
            if not error.killed:
                raise
            return await self._kernel.request(request, _left(deadline))

    async def _elaborated(self, name: str, text: str, deadline: float) -> Reply:
        """What the file leaves, from a process in which it may do what it likes. Nothing in the answer is believed.

        Raises:
            _Unsurvivable: the process ended by itself, twice, the second time a fresh one.
        """
        for last in (False, True):
            try:
                return await self._elaborator.request({"op": "export", "file": text, "name": name}, _left(deadline))
            except WorkerDied as error:
                if last and not error.killed:
                    raise _Unsurvivable(str(error)) from error
                if last:
                    raise
        raise AssertionError("unreachable")

    async def _replayed(self, challenge: Mapping[str, str], claim: Reply, deadline: float, circumstances: Circumstances) -> Verdict:
        evidence = {"modules": claim.get("modules"), "export": claim.get("export"), "bodies": int(self._bodies)}
        reply = await self._ask_kernel({"op": "judge", **challenge, **evidence}, deadline)
        kernels = (f"Lean {self._toolchain.lean_version}",) if reply["status"] == "verified" else ()
        circumstances = replace(circumstances, kernels=kernels, statement=reply.get("type", ""))
        axioms = tuple(sorted(reply.get("axioms", ())))
        match reply["status"]:
            case "verified" if STANDARD_AXIOMS.issuperset(axioms):
                return Verified(axioms, circumstances)
            case "verified":
                return Refused(f"it rests on axioms outside {sorted(STANDARD_AXIOMS)}", axioms, circumstances)
            case "refused":
                return Refused(reply["reason"], axioms, circumstances)
            case _:
                return CannotJudge(reply.get("reason") or reply.get("message", "no verdict"), circumstances)

    async def _check_health(self) -> None:
        """Replaces the elaborating process unless what it makes of the canary is a proof."""
        if not isinstance(await self._verdict(_CANARY_FILE, _CANARY, time.monotonic() + self._seconds), Verified):
            await self._elaborator.renew()


class _Unsurvivable(Exception):
    """A file on which the elaborating process ends, every time."""


def _left(deadline: float) -> float:
    return max(deadline - time.monotonic(), 0.1)


def _no_claim(reply: Reply, circumstances: Circumstances) -> Verdict:
    """What is to be said of a file from which no declarations came. That it is no proof may be taken from it: it hurts nobody else."""
    if reply.get("error") not in ("syntax", "elaboration", "import", "missing"):
        return CannotJudge(str(reply.get("message", "the elaborating process made no sense")), circumstances)
    line = reply.get("line")
    return Refused((f"line {line}: " if line else "") + str(reply.get("message", "")), (), circumstances)
