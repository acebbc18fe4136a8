"""Theorems tried by teams, as `prover.evaluation.solvers.TeamSolver` tries them, on agents that are scripted."""

import asyncio
import resource
import time
from collections.abc import AsyncIterator, Coroutine, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from prover.cache.link import Health, Traffic, running
from prover.cache.opening import open_redis
from prover.cache.redis_cache import RedisCache
from prover.config import CacheConfig, TeamConfig
from prover.proof.attempt import Attempt, Faulted, Telemetry
from prover.proof.proposal import PolicyFault
from prover.proof.script import Proof, lines
from prover.search.settings import Budget, SearchSettings
from prover.team.agents import Job
from prover.team.places import Places, theorems_at_once
from prover.team.settings import TeamSettings
from prover.team.sharing import Sharing
from prover.team.team import Team
from tests.sim import failures as going_wrong
from tests.sim.agents import Agents
from tests.sim.failures import Failures
from tests.sim.lean import holds, statement_of
from tests.sim.loop import Loop
from tests.sim.planner import Planner, Policy
from tests.sim.world import LETTERS, Kind, Mix, World

_LEAST_WIDTH = 2


@dataclass(frozen=True, slots=True)
class Options:
    """Seconds are divided by ``faster``.

    Attributes:
        slow: share of the agents that are four times slower. hangs: share of the steps that end at their time limit; a proof may be lost by it.
        failures: None where nothing is to go wrong.
        budget: seconds of one theorem.
        team: direct_seconds, check_seconds and subgoal_seconds are divided too.
        step_seconds: of Lean, in the median. policy_seconds: of one question. plan_seconds: of a planner's answer. judge_seconds: of a verdict.
        wire_seconds: from the driver to an agent, or back.
    """

    agents: int = 1_000
    theorems: int = 10_000
    seed: int = 1
    faster: float = 1.0
    mix: Mix = field(default_factory=Mix)
    slow: float = 0.03
    hangs: float = 0.002
    failures: Failures | None = field(default_factory=Failures)
    budget: float = 90.0
    team: TeamConfig = field(default_factory=lambda: TeamConfig(direct_seconds=10.0, check_seconds=20.0, subgoal_seconds=24.0))
    step_seconds: float = 2.0
    policy_seconds: float = 0.3
    plan_seconds: float = 2.0
    judge_seconds: float = 0.5
    wire_seconds: float = 0.005


class WatchedPlaces(Places):
    """Attributes:
    waits: seconds that those who asked for a place have waited.
    """

    def __init__(self, capacity: int) -> None:
        super().__init__(capacity)
        self.waits: list[float] = []

    @asynccontextmanager
    async def of(self, theorem: str) -> AsyncIterator[None]:
        asked = time.monotonic()
        async with super().of(theorem):
            self.waits.append(time.monotonic() - asked)
            yield


@dataclass(slots=True)
class Seen:
    """What happened, as it happened; `tests.sim.figures` makes something of it. Moments are of `time.monotonic`.

    Attributes:
        attempts: by theorem, how each ended.
        began, ramped, admitted, ended: the start; as many searches as agents had begun; the last theorem was begun; the end.
        theorem_cancels: seconds from a theorem's proof to the end of each search that was cancelled for it.
        subgoal_cancels: the same for a subgoal's proof, within its theorem. told_cancels: in other theorems, which hear of it through Redis.
        lags: seconds by which the event loop was late, sampled.
        places: sampled, how many places each theorem had that had any.
        health: what became of Redis, and when, where it was told. outages: times that it was lost, told or not.
        wrong: theorems with a proof that the judge refused.
    """

    attempts: dict[str, Attempt] = field(default_factory=dict)
    began: float = 0.0
    ramped: float = 0.0
    admitted: float = 0.0
    ended: float = 0.0
    theorem_cancels: list[float] = field(default_factory=list)
    subgoal_cancels: list[float] = field(default_factory=list)
    told_cancels: list[float] = field(default_factory=list)
    lags: list[float] = field(default_factory=list)
    places: list[list[int]] = field(default_factory=list)
    health: list[tuple[float, Health]] = field(default_factory=list)
    outages: int = 0
    wrong: list[str] = field(default_factory=list)
    telemetry: Telemetry = field(default_factory=Telemetry)
    traffic: Traffic = field(default_factory=Traffic)
    cpu_seconds: float = 0.0
    agents_cpu_seconds: float = 0.0
    callbacks: int = 0
    memory_bytes: int = 0


class Simulation:
    """Single-use."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.world = World(options.seed, options.theorems, options.mix)
        faster = options.faster
        self.agents = Agents(
            self.world,
            Policy(self.world, options.policy_seconds / faster),
            options.agents,
            step_seconds=options.step_seconds / faster,
            wire_seconds=options.wire_seconds / faster,
            slow=options.slow,
            hangs=options.hangs,
            seed=options.seed,
        )
        self.planner = Planner(self.world, options.plan_seconds / faster)
        self.places = WatchedPlaces(self.agents.places)
        self.seen = Seen()
        self._trying: set[str] = set()
        self._solved: dict[str, float] = {}
        self._proved: dict[str, tuple[str, float]] = {}
        team = options.team
        self._settings = TeamSettings(
            team.model_copy(update={name: getattr(team, name) / faster for name in ("direct_seconds", "check_seconds", "subgoal_seconds")}),
            SearchSettings(samples=len(LETTERS)),
            Budget(options.budget / faster),
            "sim",
            "letters",
        )

    async def run(self, folder: Path) -> Seen:
        """Tries every theorem.

        Args:
            folder: for the server's data.
        """
        seen = self.seen
        self.agents.proved, self.agents.ended = self._heard_proved, self._heard_ended
        memory, cpu = _resident_bytes(), time.process_time()
        loop = asyncio.get_running_loop()
        config = CacheConfig(server="embedded", prefix="sim")
        async with open_redis(config, folder, tell=lambda health: seen.health.append((time.monotonic(), health))) as cache:
            sharing = Sharing(cache, self.agents.lean)
            async with AsyncExitStack() as stack:
                await stack.enter_async_context(sharing.listening())
                await stack.enter_async_context(running(self._watch(memory)))
                await stack.enter_async_context(_side_by_side(self._failing(cache, folder)))
                seen.began = time.monotonic()
                theorems = iter(self.world.theorems)
                async with asyncio.TaskGroup() as group:
                    for _ in range(theorems_at_once(self.agents.places)):
                        group.create_task(self._try_one_by_one(theorems, sharing))
                seen.ended = time.monotonic()
            seen.traffic, seen.outages = replace(cache.link.traffic), cache.link.epoch
        await self.agents.close()
        seen.cpu_seconds = time.process_time() - cpu
        if isinstance(loop, Loop):
            seen.agents_cpu_seconds, seen.callbacks = loop.agents_seconds, loop.callbacks - loop.callbacks_of_agents
        return seen

    def provable(self, theorem: str) -> bool:
        return self.world.kind(theorem) is not Kind.NEVER

    @property
    def done(self) -> float:
        """Share of the theorems."""
        return len(self.seen.attempts) / self.options.theorems

    async def _try_one_by_one(self, theorems: Iterator[str], sharing: Sharing) -> None:
        for theorem in theorems:
            self.seen.admitted = time.monotonic()
            self.seen.attempts[theorem] = await self._try(theorem, sharing)

    async def _try(self, theorem: str, sharing: Sharing) -> Attempt:
        statement = statement_of(theorem)
        job = f"{statement.name}\0{statement.hash}"

        async def judged(proof: Proof, heartbeats: int) -> bool:
            await asyncio.sleep(self.options.judge_seconds / self.options.faster)
            if not holds(self.world, statement, lines(proof)):
                self.seen.wrong.append(theorem)
                return False
            self._solved[job] = time.monotonic()
            return True

        team = Team(self.agents, sharing, self.places, self.planner, self._settings, width=self._width, confirm=judged)
        self.places.capacity = self.agents.places
        self._trying.add(job)
        try:
            return await team.run(statement)
        except PolicyFault as fault:
            return Faulted(str(fault), team.telemetry)
        finally:
            self._trying.discard(job)
            self.seen.telemetry.include(team.telemetry)

    def _width(self) -> int:
        return max(_LEAST_WIDTH, self.agents.places // max(1, len(self._trying)))

    def _failing(self, cache: RedisCache, folder: Path) -> Iterator[Coroutine[Any, Any, None]]:
        if (failures := self.options.failures) is not None:
            faster = self.options.faster
            failures = replace(failures, life=failures.life / faster, away=failures.away / faster, outage=failures.outage / faster)
            yield going_wrong.agents_go(self.agents, failures, self.options.seed)
            yield going_wrong.node_goes(self.agents, failures, lambda: self.done)
            yield going_wrong.redis_goes(cache, folder / "proofs", failures, lambda: self.done)

    async def _watch(self, memory: int) -> None:
        """Samples what is nobody's event."""
        seen = self.seen
        while True:
            due = time.monotonic() + 0.25
            await asyncio.sleep(0.25)
            seen.lags.append(max(0.0, time.monotonic() - due))
            seen.memory_bytes = max(seen.memory_bytes, _resident_bytes() - memory)
            seen.places.append([used for job in self._trying if (used := self.places.used_by(job))])
            if not seen.ramped and self.agents.searches >= self.options.agents:
                seen.ramped = time.monotonic()

    def _heard_proved(self, job: Job) -> None:
        self._proved[job.state.key] = job.theorem, time.monotonic()

    def _heard_ended(self, job: Job, began: float) -> None:
        now = time.monotonic()
        theorem, at = self._proved.get(job.state.key, ("", 0.0))
        if job.theorem in self._solved:
            self.seen.theorem_cancels.append(now - self._solved[job.theorem])
        elif at > began:
            (self.seen.subgoal_cancels if theorem == job.theorem else self.seen.told_cancels).append(now - at)


@asynccontextmanager
async def _side_by_side(works: Iterator[Coroutine[Any, Any, None]]) -> AsyncIterator[None]:
    """They go on while the body runs; what one of them raises is raised at the end."""
    tasks = [asyncio.create_task(work) for work in works]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    for task in tasks:
        if not task.cancelled():
            task.result()


def _resident_bytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize()
