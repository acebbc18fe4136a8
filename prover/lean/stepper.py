"""Tactic steps as values.

A `Stepper` is the typed face of one worker: it opens headers, starts statements and runs tactics. Callers hold
`ProofState` values; the ids of the states inside Lean are this module's cache of them: bounded, void when the process is replaced, and
rebuilt by replay. Knows nothing of search. A step costs one round trip (about a millisecond) plus Lean's own time.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeVar

from prover.lean.answers import Declaration as Declaration
from prover.lean.answers import Nonsense, checked, declarations_of, number_in, result_of, state_of
from prover.lean.answers import SourceError as SourceError
from prover.lean.wire import Reply
from prover.lean.worker import DeadlinePassed, Worker, WorkerDied
from prover.proof.state import Opened, ProofState, StatePath
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Cost, Crashed, Rejected, StepResult, TimedOut

OPEN_SECONDS = 600.0
"""Importing Mathlib from a cold disk takes minutes; the embedded library takes one to ten seconds."""

SCAN_SECONDS = 300.0
START_SECONDS = 60.0

_DEATHS = 2
"""A process that ends by itself on a tactic is replaced and the tactic tried once more: twice is the tactic's doing."""

_KILLS = 6
"""Somebody else's SIGKILL says nothing about the tactic, so it is tried again, but not for ever."""

_STARVED = 3
"""A process that waited for a processor most of the time says nothing about the tactic either."""

T = TypeVar("T")

_OUTCOMES: dict[type, str] = {Advanced: "advanced", Closed: "closed", Rejected: "rejected", TimedOut: "timed_out", Crashed: "crashed"}


@dataclass(frozen=True, slots=True)
class StepLimits:
    """What one tactic may spend.

    Attributes:
        heartbeats: Lean's machine-independent unit (`maxHeartbeats`); what normally decides.
        seconds: wall clock; the process is killed when it passes. Guards against what ignores heartbeats.
        tactic_bytes: longest tactic that is sent at all.
        states: most states that one process keeps; those unused for longest are released.
    """

    heartbeats: int = 10_000
    seconds: float = 15.0
    tactic_bytes: int = 16_384
    states: int = 4_000


@dataclass(slots=True)
class _Ids:
    """What this module knows of one Lean process."""

    generation: int
    headers: dict[str, int] = field(default_factory=dict)
    states: dict[StatePath, int] = field(default_factory=dict)


class Stepper:
    """Runs tactics on one Lean process. Not for concurrent use by several searches; its requests queue."""

    def __init__(self, worker: Worker, limits: StepLimits | None = None) -> None:
        self.worker = worker
        self.limits = limits or StepLimits()
        self._ids = _Ids(generation=-1)

    async def close(self) -> None:
        await self.worker.close()

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
        return declarations_of(await self.worker.request(request, SCAN_SECONDS))

    async def start(self, statement: Statement) -> ProofState:
        """The state before the first tactic.

        Raises:
            SourceError: the header or the statement does not elaborate.
            WorkerDied, DeadlinePassed: Lean could not be brought to it.
        """
        state = await self._lasting(lambda: self._started(statement))
        await self._evict()
        return state

    async def step(self, state: ProofState, tactic: str, *, heartbeats: int | None = None, seconds: float | None = None) -> StepResult:
        """Runs one tactic on a state.

        Args:
            heartbeats, seconds: in place of the limits' own.
        """
        result = await self._attempt(state, tactic, heartbeats or self.limits.heartbeats, seconds or self.limits.seconds)
        self.worker.counters.outcome(_OUTCOMES[type(result)])
        await self._evict()
        return result

    async def open_goals(self, state: ProofState, goals: Sequence[int]) -> ProofState:
        """Some goals of a state as a state of their own, closed when they are.

        Args:
            goals: indices; groups that are whole, or the rest would lean on what is done here.

        Raises:
            ValueError: they share metavariables with other goals of the state.
        """
        wanted = set(goals)
        if not wanted or any(wanted & set(group) and not wanted.issuperset(group) for group in state.groups) or max(wanted) >= len(state.goals):
            raise ValueError(f"goals {sorted(wanted)} are no whole groups of {state.groups}")
        opened = ProofState(state.statement, (), (), "", (), Opened(state, tuple(sorted(wanted))))
        return await self._lasting(lambda: self._materialised(opened))

    async def release(self, states: Iterable[ProofState]) -> None:
        """Frees the states inside Lean. They stay usable: the next step on one replays it."""
        ids = self._known()
        await self._free([number for state in states if (number := ids.states.pop(state.path, None)) is not None])

    async def forget(self, statement: Statement) -> None:
        """Frees every state of a statement."""
        ids = self._known()
        paths = [path for path in ids.states if path[0] == statement]
        await self._free([ids.states.pop(path) for path in paths])

    def knows(self, state: ProofState) -> bool:
        """Whether the process holds the state at this moment."""
        return state.path in self._known().states

    def knows_header(self, statement: Statement) -> bool:
        return statement.header in self._known().headers

    async def stats(self) -> Reply:
        """Live states and open headers of the process, and which Lean it is."""
        return checked(await self.worker.request({"op": "stats"}, START_SECONDS))

    async def _attempt(self, state: ProofState, tactic: str, heartbeats: int, seconds: float) -> StepResult:
        size = len(tactic.encode("utf-8", "replace"))
        if size > self.limits.tactic_bytes:
            return Rejected("too_long", f"the tactic has {size} bytes, more than {self.limits.tactic_bytes}", Cost())
        try:
            return await self._lasting(lambda: self._step(state, tactic, heartbeats, seconds))
        except DeadlinePassed:
            return TimedOut(seconds)
        except WorkerDied as error:
            return Crashed(str(error))

    async def _lasting(self, work: Callable[[], Awaitable[T]]) -> T:
        """Does the work again where the process, and not the work, may be to blame for its end."""
        deaths = kills = starved = 0
        while True:
            try:
                return await work()
            except DeadlinePassed as error:
                starved += 1
                if starved == _STARVED or not error.starved:
                    raise
            except WorkerDied as error:
                if isinstance(error, Nonsense):
                    await self.worker.renew()
                deaths, kills = deaths + (not error.killed), kills + error.killed
                if deaths == _DEATHS or kills == _KILLS:
                    raise

    def _known(self) -> _Ids:
        if self._ids.generation != self.worker.generation:
            self._ids = _Ids(self.worker.generation)
        return self._ids

    async def _ask(self, message: Mapping[str, object], seconds: float) -> Reply:
        """A request that names headers or states of the present process, and is for no other."""
        return await self.worker.request(message, seconds, generation=self._known().generation)

    def _remember(self, path: StatePath, number: int) -> None:
        self._known().states[path] = number

    async def _free(self, numbers: Sequence[int]) -> None:
        if numbers:
            await self._ask({"op": "release", "states": list(numbers)}, SCAN_SECONDS)

    async def _evict(self) -> None:
        states = self._known().states
        if len(states) > self.limits.states:
            oldest = list(states)[: len(states) - self.limits.states * 7 // 8]
            self.worker.counters.evicted += len(oldest)
            with suppress(WorkerDied, DeadlinePassed):  # whatever becomes of the process, the states are values
                await self._free([states.pop(path) for path in oldest])

    async def _header(self, text: str) -> int:
        known = self._known().headers.get(text)
        if known is not None:
            return known
        reply = checked(await self.worker.request({"op": "open", "text": text}, OPEN_SECONDS))
        number = number_in(reply, "header")
        self._known().headers[text] = number
        return number

    async def _started(self, statement: Statement) -> ProofState:
        for _ in range(2):
            request = {"op": "start", "header": await self._header(statement.header), "declaration": statement.declaration}
            reply = await self._ask(request, START_SECONDS)
            if reply.get("error") != "unknown_header":
                break
            self._known().headers.pop(statement.header)  # the process keeps the last few only
        state = state_of(ProofState(statement, (), (), "", ()), checked(reply))
        self._remember(state.path, number_in(reply, "state"))
        return state

    async def _materialised(self, state: ProofState) -> ProofState:
        """The state with its goals, its id known in the present process, by replay from its deepest ancestor that is still there."""
        before = state.before
        if before is None:
            return await self._started(state.statement)
        if state.tactics:
            number = await self._id(before)
            self.worker.counters.replayed += 1
            reply = await self._run(number, state.tactics[-1], 2 * self.limits.heartbeats, 2 * self.limits.seconds)
            if not isinstance(result := result_of(before, reply), Advanced):
                raise WorkerDied(f"a replayed tactic no longer works: {state.tactics[-1]!r}: {result}")
        else:
            assert state.opened is not None
            request = {"op": "focus", "state": await self._id(before), "goals": list(state.opened.goals)}
            reply = checked(await self._ask(request, START_SECONDS))
        self._remember(state.path, number_in(reply, "state"))
        return state_of(state, reply)

    async def _id(self, state: ProofState) -> int:
        path = state.path
        if path not in self._known().states:
            await self._materialised(state)
        states = self._known().states
        states[path] = states.pop(path)  # used last, evicted last
        return states[path]

    async def _run(self, number: int, tactic: str, heartbeats: int, seconds: float) -> Reply:
        return await self._ask({"op": "step", "state": number, "tactic": tactic, "heartbeats": heartbeats}, seconds)

    async def _step(self, state: ProofState, tactic: str, heartbeats: int, seconds: float) -> StepResult:
        reply = await self._run(await self._id(state), tactic, heartbeats, seconds)
        result = result_of(state, reply)
        if isinstance(result, Advanced):
            self._remember(result.state.path, number_in(reply, "state"))
        return result
