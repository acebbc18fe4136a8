"""Many Lean processes behind one face.

A state is a value, so any process can be brought to it; the pool sends each request where that costs least: to the process that holds the state,
or, when that one is busy and replaying elsewhere is cheaper than waiting, to another. Requests wait in one queue until a process is free: by
priority, then in order of arrival, but a process prefers what it already holds.
Promises: what `Stepper` promises, for any number of concurrent callers; a deadline ends a request wherever it is, waiting or running;
cancelling a caller frees its place in the queue, and its process once
the step has ended or has had its chance to; no process outlives `close`. The judge's work never waits here: it has processes of its own.
Costs: some tens of microseconds a request.
"""

import asyncio
import itertools
import time
from collections.abc import AsyncIterator, Awaitable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import TypeVar

from prover.config import LeanConfig
from prover.lean.counters import Counters, total
from prover.lean.nursery import Nursery
from prover.lean.process import Recipe
from prover.lean.stepper import Declaration, StepLimits, Stepper
from prover.lean.worker import DeadlinePassed, Worker, WorkerDied
from prover.proof.state import ProofState, StatePath
from prover.proof.statement import Statement
from prover.proof.step import Advanced, StepResult, TimedOut

T = TypeVar("T")

SPARES_AFTER = 100

_HEADER_SECONDS = 1.0
"""What opening a header is taken to cost before it has been seen."""

_START_SECONDS = 0.03
_STEP_SECONDS = 0.05
"""First guesses of a start and a step; averages take their place."""

_ABANDONED_SECONDS = 8.0
"""How long a step that nobody waits for may go on: about what a new process costs the machine."""

_LOOK_AGAIN_SECONDS = 0.02
_REMEMBERED_COSTS = 100_000

_REHEARSED = (
    "constructor",
    "refine ⟨rfl, ?_⟩",
    "simp",
    "omega",
    "rw [Nat.add_comm]",
    "simp_all",
    "cases n",
    "induction n",
    "intro x",
    "have h := hp",
    "no",
)


@dataclass(slots=True)
class _Lane:
    """One process and the work on it. ``since``: when the request that runs on it was sent."""

    stepper: Stepper
    busy: bool = False
    since: float = 0.0


@dataclass(slots=True, order=True)
class _Waiter:
    priority: int
    number: int
    state: ProofState = field(compare=False)
    since: float = field(compare=False)
    lane: asyncio.Future[_Lane] = field(compare=False)


@dataclass(frozen=True, slots=True)
class PoolSettings:
    """Attributes:
    workers: processes that answer requests.
    spares: processes beyond these that are ready to take the place of one that is given up.
    memory_mb: resident memory of one process; None for the toolchain's usual.
    waiting: requests that may wait; further callers are held back before they are queued.
    """

    workers: int = 2
    spares: int = 1
    memory_mb: int | None = None
    waiting: int = 1_000


class Pool:
    """Runs tactics on several processes of one recipe. Everything is started by the first requests, or by `warm_up`."""

    def __init__(self, recipe: Recipe, settings: PoolSettings | None = None, limits: StepLimits | None = None) -> None:
        settings = settings or PoolSettings()
        self.limits = limits or StepLimits()
        self._nursery = Nursery(recipe, spares=settings.spares)
        self._lanes = [_Lane(Stepper(Worker(self._nursery, memory_mb=settings.memory_mb), self.limits)) for _ in range(settings.workers)]
        self._waiting: list[_Waiter] = []
        self._admission = asyncio.Semaphore(settings.waiting)
        self._numbers = itertools.count()
        self._costs: dict[StatePath, float] = {}
        self._headers: dict[str, float] = {}
        self._mean_step = _STEP_SECONDS
        self._served = 0
        self._again: asyncio.TimerHandle | None = None
        self._abandoned: set[asyncio.Task[StepResult]] = set()
        self._counters = Counters()

    @property
    def workers(self) -> list[Worker]:
        return [lane.stepper.worker for lane in self._lanes]

    @property
    def peak_bytes(self) -> int:
        """Largest resident memory that one of the processes has had."""
        return max(worker.peak_bytes for worker in self.workers)

    @property
    def spares_ready(self) -> int:
        return self._nursery.ready

    def warm_up(self, workers: int | None = None) -> None:
        """Starts that many processes (all, where none is said) in the background."""
        for worker in self.workers[:workers]:
            worker.warm_up()

    def warm_up_spares(self) -> None:
        """Starts the spares in the background. Happens by itself after SPARES_AFTER requests: a short run does without."""
        self._nursery.warm_up()

    async def close(self) -> None:
        if self._again is not None:
            self._again.cancel()
        for waiter in self._waiting:
            waiter.lane.cancel()
        await self._nursery.close()  # first, so that whatever is still in flight gets no new process
        abandoned = list(self._abandoned)
        for task in abandoned:
            task.cancel()
        await asyncio.gather(*abandoned, return_exceptions=True)
        await asyncio.gather(*(worker.close() for worker in self.workers))

    def counters(self) -> Counters:
        """Everything that has been counted until now, as a value."""
        return total([self._counters, self._nursery.counters, *(worker.counters for worker in self.workers)])

    async def scan(self, text: str, *, header: str | None = None, everything: bool = False) -> list[Declaration]:
        """See `Stepper.scan`."""
        nowhere = ProofState(Statement("", header or "", ""), (), (), "", ())
        async with self._lane(nowhere, 0, None) as lane:
            return await lane.stepper.scan(text, header=header, everything=everything)

    async def start(self, statement: Statement, *, priority: int = 0, deadline: float | None = None) -> ProofState:
        """The state before the first tactic.

        Args:
            priority: smaller is served first.
            deadline: on `time.monotonic`'s clock; `DeadlinePassed` when it comes first.

        Raises:
            SourceError, WorkerDied, DeadlinePassed: see `Stepper.start`.
        """
        root = ProofState(statement, (), (), "", ())
        async with self._lane(root, priority, deadline) as lane:
            opened = lane.stepper.knows_header(statement)
            began = time.monotonic()
            state = await _within(deadline, lane.stepper.start(statement))
            _learn(self._costs, state.path, time.monotonic() - began)
            if not opened:
                self._nursery.rehearsal = _rehearsal(statement.header)
                _learn(self._headers, statement.header, time.monotonic() - began)
            return state

    async def step(
        self, state: ProofState, tactic: str, *, heartbeats: int | None = None, priority: int = 0, deadline: float | None = None
    ) -> StepResult:
        """Runs one tactic on a state, on whichever process.

        Raises:
            DeadlinePassed: the caller's deadline came first. (A tactic that reaches its own limit is `TimedOut`, a result.)
        """
        # A step that nobody waits for any more is left to end by itself for a while: to end it costs its process.
        lane = await self._take(state, priority, deadline)
        task = asyncio.create_task(self._stepped(lane, state, tactic, heartbeats, deadline))
        try:
            return await asyncio.shield(task)
        except asyncio.CancelledError:
            self._abandon(task)
            raise

    async def _stepped(self, lane: _Lane, state: ProofState, tactic: str, heartbeats: int | None, deadline: float | None) -> StepResult:
        try:
            seconds = self.limits.seconds if deadline is None else min(self.limits.seconds, deadline - time.monotonic())
            if seconds <= 0:
                raise DeadlinePassed(0.0)
            began = time.monotonic()
            result = await _within(deadline, lane.stepper.step(state, tactic, heartbeats=heartbeats, seconds=seconds))
            if isinstance(result, TimedOut) and seconds < self.limits.seconds:
                raise DeadlinePassed(seconds)
            took = time.monotonic() - began
            self._mean_step += 0.05 * (took - self._mean_step)
            if isinstance(result, Advanced):
                _learn(self._costs, result.state.path, result.cost.lean_seconds)
            return result
        finally:
            self._give_back(lane)

    def _abandon(self, task: "asyncio.Task[StepResult]") -> None:
        if not task.done():
            self._abandoned.add(task)
            timer = asyncio.get_running_loop().call_later(_ABANDONED_SECONDS, task.cancel)
            task.add_done_callback(lambda _: timer.cancel())
        task.add_done_callback(self._forget_abandoned)

    def _forget_abandoned(self, task: "asyncio.Task[StepResult]") -> None:
        self._abandoned.discard(task)
        if not task.cancelled():
            task.exception()  # heard: nobody else will

    async def open_goals(self, state: ProofState, goals: Sequence[int]) -> ProofState:
        """See `Stepper.open_goals`."""
        async with self._lane(state, 0, None) as lane:
            return await lane.stepper.open_goals(state, goals)

    async def release(self, states: Iterable[ProofState]) -> None:
        """Frees the states wherever they are held. They stay usable values."""
        released = list(states)
        for lane in self._lanes:
            if held := [state for state in released if lane.stepper.knows(state)]:
                with suppress(WorkerDied, DeadlinePassed):  # a process that died has nothing to free
                    await lane.stepper.release(held)

    async def forget(self, statement: Statement) -> None:
        """Frees every state of a statement, everywhere."""
        for lane in self._lanes:
            with suppress(WorkerDied, DeadlinePassed):
                await lane.stepper.forget(statement)
        self._costs = {path: cost for path, cost in self._costs.items() if path[0] != statement}

    @asynccontextmanager
    async def _lane(self, state: ProofState, priority: int, deadline: float | None) -> AsyncIterator[_Lane]:
        """A process for a request on the state, free for as long as the body runs."""
        lane = await self._take(state, priority, deadline)
        try:
            yield lane
        finally:
            self._give_back(lane)

    async def _take(self, state: ProofState, priority: int, deadline: float | None) -> _Lane:
        arrived = time.monotonic()
        lane = await _within(deadline, self._admitted(state, priority))
        self._counters.queue_seconds += time.monotonic() - arrived
        return lane

    def _give_back(self, lane: _Lane) -> None:
        lane.busy = False
        self._assign()
        self._served += 1
        if self._served == SPARES_AFTER:
            self.warm_up_spares()

    async def _admitted(self, state: ProofState, priority: int) -> _Lane:
        async with self._admission:
            return await self._assigned(state, priority)

    async def _assigned(self, state: ProofState, priority: int) -> _Lane:
        waiter = _Waiter(priority, next(self._numbers), state, time.monotonic(), asyncio.get_running_loop().create_future())
        self._waiting.append(waiter)
        self._assign()
        try:
            return await waiter.lane
        except asyncio.CancelledError:
            if waiter in self._waiting:
                self._waiting.remove(waiter)
            elif waiter.lane.done() and not waiter.lane.cancelled():  # given a process in the very moment in which it gave up
                waiter.lane.result().busy = False
                self._assign()
            raise

    def _assign(self) -> None:
        """Gives free processes to those who wait, until nobody wants what is free."""
        while (match := next(self._matches(), None)) is not None:
            waiter, lane = match
            self._waiting.remove(waiter)
            if waiter.lane.cancelled():
                continue
            holder = next((other for other in self._lanes if other is not lane and other.stepper.knows(waiter.state)), None)
            self._counters.stolen += holder is not None and not lane.stepper.knows(waiter.state)
            lane.busy, lane.since = True, time.monotonic()
            waiter.lane.set_result(lane)
        if self._waiting and any(not lane.busy for lane in self._lanes):
            # A process is free, and waiting for the states' own is expected to be cheaper; looked at again, for that may be wrong.
            if self._again is not None:
                self._again.cancel()
            self._again = asyncio.get_running_loop().call_later(max(self._mean_step, _LOOK_AGAIN_SECONDS), self._assign)

    def _matches(self) -> Iterator[tuple[_Waiter, _Lane]]:
        free = [lane for lane in self._lanes if not lane.busy]
        if not free:
            return
        for waiter in sorted(self._waiting):
            best = min(self._lanes, key=lambda lane: (self._wait(lane) + self._cost(lane.stepper, waiter.state), lane.busy))
            if not best.busy:
                yield waiter, best
        # Whoever waits for a busy process has been longer in the queue than that was expected to take: anything is better now.
        now = time.monotonic()
        for waiter in sorted(self._waiting):
            cheapest = min(free, key=lambda lane: self._cost(lane.stepper, waiter.state))
            if now - waiter.since > self._cost(cheapest.stepper, waiter.state):
                yield waiter, cheapest

    def _wait(self, lane: _Lane) -> float:
        """Seconds until the process is expected to be free: what has lasted long is expected to last as long again."""
        return max(self._mean_step, time.monotonic() - lane.since) if lane.busy else 0.0

    def _cost(self, stepper: Stepper, state: ProofState) -> float:
        """Seconds to bring the process to the state, as far as is known."""
        cost = 0.0
        at: ProofState | None = state
        while at is not None:
            if stepper.knows(at):
                return cost
            cost += self._costs.get(at.path, self._mean_step if at.tactics else _START_SECONDS)
            at = at.before
        return cost + (0.0 if stepper.knows_header(state.statement) else self._headers.get(state.statement.header, _HEADER_SECONDS))


def pool_of(recipe: Recipe, config: LeanConfig) -> Pool:
    """As the settings ask for."""
    return Pool(
        recipe,
        PoolSettings(config.workers, config.spares, config.memory_mb),
        StepLimits(config.step_heartbeats, config.step_seconds, config.tactic_bytes, config.states),
    )


def _rehearsal(header: str) -> list[dict[str, object]]:
    """What a spare does before it is one: the header in use now (its number is 0, this being the first), and steps of several kinds."""
    steps: list[dict[str, object]] = [{"op": "step", "state": 0, "tactic": tactic, "heartbeats": 1_000} for tactic in _REHEARSED]
    start: dict[str, object] = {
        "op": "start",
        "header": 0,
        "declaration": "theorem rehearsal (p q : Prop) (n : Nat) (hp : p) (hq : q) : n = n ∧ p ∧ q",
    }
    return [{"op": "open", "text": header}, start, *steps, {"op": "release", "states": list(range(len(_REHEARSED) + 1))}]


def _learn(costs: dict[T, float], key: T, seconds: float) -> None:
    if len(costs) >= _REMEMBERED_COSTS:
        costs.clear()  # guesses take over until they are learnt again
    costs[key] = seconds


async def _within(deadline: float | None, work: Awaitable[T]) -> T:
    """The work's result; `DeadlinePassed`, and the work cancelled, when the deadline comes first."""
    try:
        async with asyncio.timeout_at(None if deadline is None else asyncio.get_running_loop().time() + deadline - time.monotonic()):
            return await work
    except TimeoutError:
        raise DeadlinePassed(0.0) from None
