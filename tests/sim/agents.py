"""A thousand agents in one process: each has one Lean, which runs one step at a time, and runs the real search on it.

As on the cluster, an agent has two places, a job goes to the agent with the least to do, a search that is cancelled here ends there a moment later,
and an agent may be lost at any time, with all that it is at.
"""

import asyncio
import random
import time
from collections.abc import Callable

from prover.proof.attempt import Attempt, Proved, Telemetry
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import StepResult, TimedOut
from prover.search.best_first import Search
from prover.search.protocols import Policy
from prover.team.agents import AgentLost, Job
from tests.sim import lean
from tests.sim.loop import context_of_agents
from tests.sim.occupancy import Occupancy
from tests.sim.world import World

PLACES = 2
"""Of one agent, as `prover.team.local.PLACES_PER_WORKER` has it."""

_HANG = 5.0
"""How much longer than usual a step takes that ends at its time limit."""

_PLAIN = 0.1
"""Of the time of a tactic that searches: what a `have`, a split or a replayed script takes."""


class Agent:
    """Attributes:
    slowness: factor on the time of its steps.
    running: its searches. lost: it takes none.
    lean: one step at a time. steps: that run or wait.
    """

    def __init__(self, number: int, slowness: float) -> None:
        self.number, self.slowness = number, slowness
        self.running: set[asyncio.Task[Attempt]] = set()
        self.lost = False
        self.lean = asyncio.Semaphore(1)
        self.steps = 0


class Crowd:
    """The agents by how much they have to do, so that the one with the least is found at once."""

    def __init__(self, agents: list[Agent]) -> None:
        self._by_load: list[dict[Agent, None]] = [dict.fromkeys(agents)]
        self._load = dict.fromkeys(agents, 0)

    def least(self) -> Agent | None:
        return next((next(iter(level)) for level in self._by_load if level), None)

    def move(self, agent: Agent) -> None:
        """After its load has changed."""
        self._by_load[self._load[agent]].pop(agent, None)
        load = self._load[agent] = len(agent.running)
        while len(self._by_load) <= load:
            self._by_load.append({})
        if not agent.lost:
            self._by_load[load][agent] = None


class Agents:
    """See `prover.team.agents.StepProvers`.

    Attributes:
        searching: agents that have a search. stepping: agents whose Lean is at a step.
        lost: searches that were lost with their agents.
        proved: called with a job that was just proved.
        ended: called with a job that was cancelled, and the moment at which it began, once it has ended on its agent.
    """

    def __init__(
        self, world: World, policy: Policy, number: int, *, step_seconds: float, wire_seconds: float, slow: float, hangs: float, seed: int
    ) -> None:
        """Args:
        step_seconds: of Lean, in the median. wire_seconds: from here to an agent.
        slow: share of the agents that are four times slower. hangs: share of the steps that end at their time limit.
        """
        self.world, self._policy = world, policy
        self._step_seconds, self._wire_seconds, self._hangs = step_seconds, wire_seconds, hangs
        self._rng = random.Random(seed)
        self.agents = [Agent(place, 4.0 if self._rng.random() < slow else 1.0) for place in range(number)]
        self._crowd = Crowd(self.agents)
        self._there = number
        self._returning: set[asyncio.TimerHandle] = set()
        self.searching, self.stepping = Occupancy(time.monotonic), Occupancy(time.monotonic)
        self.searches = self.lost = self.steps = 0
        self.proved: Callable[[Job], None] = lambda job: None
        self.ended: Callable[[Job, float], None] = lambda job, began: None

    @property
    def lean(self) -> "AnyLean":
        return AnyLean(self)

    @property
    def places(self) -> int:
        return PLACES * self._there

    async def search(self, job: Job, spent: Telemetry) -> Attempt:
        while (agent := self._crowd.least()) is None:
            await asyncio.sleep(0.05)
        began = time.monotonic()
        remote = asyncio.create_task(self._remote(agent, job, spent), context=context_of_agents())
        self._begun(agent, remote)
        remote.add_done_callback(lambda remote: self._over(agent, remote))
        try:
            await asyncio.wait({remote})
        except asyncio.CancelledError:
            remote.cancel()
            remote.add_done_callback(lambda _: self.ended(job, began))
            raise
        if remote.cancelled():
            self.lost += 1
            raise AgentLost(f"agent {agent.number} is gone")
        attempt = remote.result()
        if isinstance(attempt, Proved):
            self.proved(job)
        return attempt

    async def _remote(self, agent: Agent, job: Job, spent: Telemetry) -> Attempt:
        """What happens at the agent."""
        self.searches += 1
        search = Search(AgentsLean(self, agent), self._policy, job.settings, job.budget)
        await asyncio.sleep(self._wire_seconds)
        try:
            return await search.close(job.state)
        finally:
            spent.include(search.telemetry)
            await asyncio.sleep(self._wire_seconds)

    def _begun(self, agent: Agent, remote: asyncio.Task[Attempt]) -> None:
        if not agent.running:
            self.searching.change(+1)
        agent.running.add(remote)
        self._crowd.move(agent)

    def _over(self, agent: Agent, remote: asyncio.Task[Attempt]) -> None:
        agent.running.discard(remote)
        self._crowd.move(agent)
        if not agent.running:
            self.searching.change(-1)

    def near(self) -> Agent:
        """For a single step: of a few agents the one whose Lean has the least to do."""
        some = self._rng.sample(self.agents, min(8, len(self.agents)))
        return min([agent for agent in some if not agent.lost] or some, key=lambda agent: agent.steps)

    async def step(self, agent: Agent, state: ProofState, tactic: str) -> StepResult:
        """A step of its Lean; one that nobody waits for any more goes on to its end all the same."""
        seconds = agent.slowness * self._step_seconds * self._rng.lognormvariate(0.0, 0.6) * (1.0 if len(tactic) == 1 else _PLAIN)
        hangs = self._rng.random() < self._hangs
        if hangs:
            seconds *= _HANG
        agent.steps += 1
        try:
            await agent.lean.acquire()
        except asyncio.CancelledError:
            agent.steps -= 1
            raise
        self.steps += 1
        self.stepping.change(+1)
        loop = asyncio.get_running_loop()
        done = loop.create_future()
        loop.call_later(seconds, self._stepped, agent, done)
        await done
        return TimedOut(seconds) if hangs else lean.step(self.world, state, tactic, seconds)

    def _stepped(self, agent: Agent, done: "asyncio.Future[None]") -> None:
        agent.steps -= 1
        self.stepping.change(-1)
        agent.lean.release()
        if not done.done():
            done.set_result(None)

    def lose(self, agents: list[Agent], seconds: float) -> None:
        """They are gone with all that they were at, and others in their places after so many seconds."""
        for agent in agents:
            if not agent.lost:
                agent.lost = True
                self._there -= 1
                self._crowd.move(agent)
                for remote in agent.running:
                    remote.cancel()
                self._returning.add(asyncio.get_running_loop().call_later(seconds, self._back, agent))

    def _back(self, agent: Agent) -> None:
        agent.lost = False
        self._there += 1
        self._crowd.move(agent)

    async def close(self) -> None:
        """Waits for what was cancelled to end."""
        for handle in self._returning:
            handle.cancel()
        await asyncio.gather(*(remote for agent in self.agents for remote in agent.running), return_exceptions=True)


class AgentsLean:
    """The Lean of one agent, for its own searches."""

    def __init__(self, agents: Agents, agent: Agent) -> None:
        self._agents, self._agent = agents, agent

    async def start(self, statement: Statement) -> ProofState:
        return lean.start(statement)

    async def step(self, state: ProofState, tactic: str, *, heartbeats: int | None = None, priority: int = 0) -> StepResult:
        return await self._agents.step(self._agent, state, tactic)


class AnyLean:
    """The driver's way to Lean: a step on any agent, beside what that is at."""

    def __init__(self, agents: Agents) -> None:
        self._agents = agents

    async def start(self, statement: Statement) -> ProofState:
        await self._agents.step(self._agents.near(), lean.start(statement), "skip")
        return lean.start(statement)

    async def step(self, state: ProofState, tactic: str, *, heartbeats: int | None = None, priority: int = 0) -> StepResult:
        return await self._agents.step(self._agents.near(), state, tactic)
