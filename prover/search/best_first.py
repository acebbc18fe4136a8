"""Best-first proof search over one statement.

Pops the best state, asks the policy about it once, runs what it proposes, adds what is new to the graph. A state
whose proposals are used up goes back to the frontier at a price, and is asked again for more while budget remains. Stops at the first
proof, when nothing is left, or when a limit is reached. Cancellable at every await; for a given seed, policy and Lean the order
of expansion is the same every time (a limit in seconds only decides how far it gets).
"""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from prover.proof.attempt import Attempt, Exhausted, OutOfBudget, Proved, Telemetry
from prover.proof.proposal import Proposal, Question
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Crashed, Rejected, StepResult, TimedOut
from prover.search.graph import Frontier, Graph, Node
from prover.search.protocols import Lean, Policy


@dataclass(frozen=True, slots=True)
class Budget:
    """What one search may spend; whichever ends first ends it.

    Attributes:
        seconds: wall clock, Lean restarts included.
        expansions: questions to the policy.
        lean_steps: tactics run.
    """

    seconds: float = 60.0
    expansions: int = 1_000_000
    lean_steps: int = 10_000_000


@dataclass(frozen=True, slots=True)
class SearchSettings:
    """Attributes:
    alpha: exponent of the path length in the score; 0 is Σ log p, larger values favour depth.
    samples: proposals per expansion.
    max_depth: longest path, in tactics.
    again: log-probability that a state loses each time it is asked about again.
    seed: of the policy.
    """

    alpha: float = 0.5
    samples: int = 8
    max_depth: int = 40
    again: float = -2.0
    seed: int = 0


GRACE_SECONDS = 3.0
"""How long after its deadline a search waits for the step in flight: ending it costs a Lean process."""


class _Spent(Exception):
    """A limit of the budget was reached; the argument names it."""


Confirm = Callable[[tuple[str, ...], int], Awaitable[bool]]
"""Asked about a script that closed every goal (and the heartbeats it spent); False sends the search on."""


class Search:
    """One search over one statement; single-use."""

    def __init__(
        self,
        lean: Lean,
        policy: Policy,
        settings: SearchSettings,
        budget: Budget,
        *,
        confirm: Confirm | None = None,
        watch: Callable[[Node, Telemetry], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._lean, self._policy, self._settings, self._budget = lean, policy, settings, budget
        self._confirm, self._watch, self._clock = confirm, watch, clock
        self._rng = random.Random(settings.seed)
        self._began = self._judging = 0.0
        self.telemetry = Telemetry()

    async def run(self, statement: Statement) -> Attempt:
        """Searches until a proof, the end of the frontier, or the end of the budget.

        Raises:
            SourceError: the statement does not elaborate (from `Lean.start`).
        """
        graph = Graph(await self._lean.start(statement))
        self._began = self._clock()
        try:
            return await self._loop(graph)
        except _Spent as limit:
            return OutOfBudget(str(limit), self.telemetry)
        finally:
            self.telemetry.seconds = self._elapsed()

    async def _loop(self, graph: Graph) -> Attempt:
        frontier = Frontier(self._settings.alpha)
        frontier.push(graph.root)
        while frontier:
            node = frontier.pop()
            if self._watch is not None:
                self._watch(node, self.telemetry)
            proposals = await self._ask(node)
            for proposal in proposals:
                outcome = await self._try(node, proposal)
                match outcome:
                    case Closed(tactics, cost):
                        heartbeats = node.heartbeats + cost.heartbeats
                        if await self._confirmed(tactics, heartbeats):
                            return Proved(tactics, heartbeats, self.telemetry)
                    case Advanced(state, cost):
                        child = graph.add(node, proposal.tactic, proposal.logprob, cost.heartbeats, state)
                        if child is None:
                            self.telemetry.merged += 1
                        elif child.depth < self._settings.max_depth:
                            frontier.push(child)
                    case Rejected() | TimedOut() | Crashed():
                        pass
            self.telemetry.nodes = len(graph)
            if proposals:
                frontier.push(node, penalty=self._settings.again * node.asked)
        return Exhausted(self.telemetry)

    async def _confirmed(self, tactics: tuple[str, ...], heartbeats: int) -> bool:
        """Asks about a finished script. The search's clock stands still meanwhile: a verdict is not its expense."""
        if self._confirm is None:
            return True
        began = self._clock()
        try:
            return await self._confirm(tactics, heartbeats)
        finally:
            self._judging += self._clock() - began

    async def _ask(self, node: Node) -> list[Proposal]:
        self._check()
        if self.telemetry.expansions >= self._budget.expansions:
            raise _Spent("expansions")
        began = self._clock()
        [answer] = await self._policy.propose([Question(node.state, self._settings.samples, node.asked, seed=self._rng.getrandbits(32))])
        node.asked += 1
        self.telemetry.policy_seconds += self._clock() - began
        self.telemetry.expansions += 1
        self.telemetry.proposals += len(answer.proposals)
        return list(answer.proposals)

    async def _try(self, node: Node, proposal: Proposal) -> StepResult:
        self._check()
        if self.telemetry.lean_steps >= self._budget.lean_steps:
            raise _Spent("lean_steps")
        try:
            async with asyncio.timeout(self._budget.seconds - self._elapsed() + GRACE_SECONDS):
                outcome = await self._lean.step(node.state, proposal.tactic)
        except TimeoutError:
            raise _Spent("seconds") from None
        name = type(outcome).__name__.lower()
        self.telemetry.lean_steps += 1
        self.telemetry.outcomes[name] = self.telemetry.outcomes.get(name, 0) + 1
        match outcome:
            case Advanced(_, cost) | Closed(_, cost) | Rejected(_, _, cost):
                self.telemetry.lean_seconds += cost.lean_seconds
            case TimedOut(seconds):
                self.telemetry.lean_seconds += seconds
            case Crashed():
                pass
        return outcome

    def _elapsed(self) -> float:
        return self._clock() - self._began - self._judging

    def _check(self) -> None:
        if self._elapsed() >= self._budget.seconds:
            raise _Spent("seconds")
