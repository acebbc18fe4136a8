"""Tactic steps as values.

A `Stepper` is the typed face of one worker: it opens headers, starts statements and runs tactics. Callers hold
`ProofState` values; the ids of the states inside Lean are this module's cache of them, void when the process is replaced, and
rebuilt by replay. Knows nothing of search. A step costs one round trip (about a millisecond) plus Lean's own time.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from prover.lean.wire import Reply
from prover.lean.worker import DeadlinePassed, Worker, WorkerDied
from prover.proof.state import Goal, Hypothesis, ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Cost, Crashed, Rejected, StepResult, TimedOut

OPEN_SECONDS = 600.0
"""Importing Mathlib from a cold disk takes minutes; the embedded library takes one to ten seconds."""

SCAN_SECONDS = 300.0
START_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class StepLimits:
    """What one tactic may spend.

    Attributes:
        heartbeats: Lean's machine-independent unit (`maxHeartbeats`); what normally decides.
        seconds: wall clock; the process is killed when it passes. Guards against what ignores heartbeats.
        tactic_bytes: longest tactic that is sent at all.
    """

    heartbeats: int = 10_000
    seconds: float = 15.0
    tactic_bytes: int = 16_384


class SourceError(Exception):
    """Lean did not accept a header, a file or a statement.

    Attributes:
        kind: syntax, elaboration or import.
        line, column: one-based, in the text that was given; 0 when Lean named none.
    """

    def __init__(self, kind: str, message: str, line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.kind, self.message, self.line, self.column = kind, message, line, column


@dataclass(frozen=True, slots=True)
class Declaration:
    """A theorem as Lean's parser found it in a file.

    Attributes:
        statement: header included; what comes before it in the file, without theorems that are still `sorry`.
        proof: "sorry" (or missing), "partial" (a `sorry` somewhere inside), "given".
        error: Lean's message when the statement does not elaborate.
    """

    statement: Statement
    proof: str
    line: int
    column: int
    error: SourceError | None


@dataclass(slots=True)
class _Ids:
    """What this module knows of one Lean process."""

    generation: int
    headers: dict[str, int] = field(default_factory=dict)
    states: dict[tuple[str, tuple[str, ...]], int] = field(default_factory=dict)


class Stepper:
    """Runs tactics on one Lean process. Not for concurrent use by several searches; its requests queue."""

    def __init__(self, worker: Worker, limits: StepLimits | None = None) -> None:
        self.worker = worker
        self.limits = limits or StepLimits()
        self._ids = _Ids(generation=-1)

    async def scan(self, text: str, *, header: str | None = None, everything: bool = False) -> list[Declaration]:
        """All theorems of a Lean source text.

        Args:
            text: a whole file.
            header: replaces the file's imports, `open`s and options.
            everything: keep going past theorems whose given proofs do not elaborate.

        Raises:
            SourceError: the file has a syntax error, an import that is not there, or a definition that fails.
        """
        request: dict[str, object] = {"op": "scan", "text": text, "all": int(everything)}
        if header is not None:
            request["header"] = header
        reply = _checked(await self.worker.request(request, SCAN_SECONDS))
        return [_declaration(entry) for entry in reply["declarations"]]

    async def start(self, statement: Statement) -> ProofState:
        """The state before the first tactic.

        Raises:
            SourceError: the header or the statement does not elaborate.
            WorkerDied, DeadlinePassed: Lean could not be brought to it.
        """
        reply = await self._start(statement)
        state = _state(statement, (), reply)
        self._remember(state, reply)
        return state

    async def step(self, state: ProofState, tactic: str, *, heartbeats: int | None = None) -> StepResult:
        """Runs one tactic on a state.

        A process that dies on the tactic is replaced and the step tried once more: dying twice is the tactic's doing.
        """
        size = len(tactic.encode("utf-8", "replace"))
        if size > self.limits.tactic_bytes:
            return Rejected("too_long", f"the tactic has {size} bytes, more than {self.limits.tactic_bytes}", Cost())
        message = ""
        for _ in range(2):
            try:
                return await self._step(state, tactic, heartbeats or self.limits.heartbeats)
            except DeadlinePassed:
                return TimedOut(self.limits.seconds)
            except WorkerDied as error:
                message = str(error)
        return Crashed(message)

    async def release(self, states: Iterable[ProofState]) -> None:
        """Frees the states inside Lean. They stay usable: the next step on one replays it."""
        ids = self._known()
        numbers = [ids.states.pop(_name(state)) for state in states if _name(state) in ids.states]
        if numbers:
            await self.worker.request({"op": "release", "states": numbers}, SCAN_SECONDS)

    async def release_all(self) -> None:
        ids = self._known()
        numbers = list(ids.states.values())
        ids.states.clear()
        if numbers:
            await self.worker.request({"op": "release", "states": numbers}, SCAN_SECONDS)

    async def stats(self) -> Reply:
        """Live states and open headers of the process, and which Lean it is."""
        return _checked(await self.worker.request({"op": "stats"}, START_SECONDS))

    def _known(self) -> _Ids:
        if self._ids.generation != self.worker.generation:
            self._ids = _Ids(self.worker.generation)
        return self._ids

    def _remember(self, state: ProofState, reply: Reply) -> None:
        self._known().states[_name(state)] = reply["state"]

    async def _header(self, text: str) -> int:
        known = self._known().headers.get(text)
        if known is not None:
            return known
        reply = _checked(await self.worker.request({"op": "open", "text": text}, OPEN_SECONDS))
        number: int = reply["header"]
        self._known().headers[text] = number
        return number

    async def _start(self, statement: Statement) -> Reply:
        header = await self._header(statement.header)
        return _checked(await self.worker.request({"op": "start", "header": header, "declaration": statement.declaration}, START_SECONDS))

    async def _id(self, state: ProofState) -> int:
        """The state's id in the present process, by replay from its deepest ancestor that is still there."""
        states = self._known().states
        known = states.get(_name(state))
        if known is not None:
            return known
        if not state.tactics:
            reply = await self._start(state.statement)
        else:
            parent = ProofState(state.statement, state.tactics[:-1], (), "", ())
            reply = await self._run(await self._id(parent), state.tactics[-1], 2 * self.limits.heartbeats)
            if reply["status"] != "advanced":
                raise WorkerDied(f"a replayed tactic no longer works: {state.tactics[-1]!r}: {reply.get('message', reply['status'])}")
        self._remember(state, reply)
        return int(reply["state"])

    async def _run(self, number: int, tactic: str, heartbeats: int) -> Reply:
        return await self.worker.request({"op": "step", "state": number, "tactic": tactic, "heartbeats": heartbeats}, self.limits.seconds)

    async def _step(self, state: ProofState, tactic: str, heartbeats: int) -> StepResult:
        number = await self._id(state)
        reply = await self._run(number, tactic, heartbeats)
        cost = Cost(reply["us"] / 1e6, reply.get("heartbeats", 0))
        match reply["status"]:
            case "advanced":
                child = _state(state.statement, (*state.tactics, reply["tactic"]), reply)
                self._remember(child, reply)
                return Advanced(child, cost)
            case "closed":
                return Closed((*state.tactics, reply["tactic"]), cost)
            case "rejected":
                return Rejected(reply["kind"], reply["message"], cost)
            case _:
                raise WorkerDied(f"the stepper answered {reply.get('message', reply)!r}")


def _name(state: ProofState) -> tuple[str, tuple[str, ...]]:
    return state.statement.hash, state.tactics


def _checked(reply: Reply) -> Reply:
    if reply["status"] == "failed":
        if reply["error"] in ("syntax", "elaboration", "import"):
            raise SourceError(reply["error"], reply["message"], reply["line"], reply["column"])
        raise WorkerDied(f"the stepper answered {reply['message']!r}")
    return reply


def _state(statement: Statement, tactics: Sequence[str], reply: Reply) -> ProofState:
    return ProofState(
        statement, tuple(tactics), tuple(_goal(goal) for goal in reply["goals"]), reply["key"], tuple(tuple(group) for group in reply["groups"])
    )


def _goal(goal: dict[str, Any]) -> Goal:
    hypotheses = tuple(Hypothesis(h["name"], h["type"], h["kind"], h["head"], h["carrier"], h.get("value")) for h in goal["hypotheses"])
    return Goal(goal["case"], hypotheses, goal["target"], goal["head"], goal["carrier"], goal["pp"])


def _declaration(entry: dict[str, Any]) -> Declaration:
    error = entry.get("error")
    return Declaration(
        Statement(entry["name"], entry["header"], entry["declaration"]),
        entry["proof"],
        entry["line"],
        entry["column"],
        SourceError(error["error"], error["message"], error["line"], error["column"]) if error else None,
    )
