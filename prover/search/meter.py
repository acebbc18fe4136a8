"""What a search asks of the policy and of Lean: within its budget, and counted.

Knows nodes only as what a question is about. A meter is for one search, on one event loop; its clock stands still while the judge works.
"""

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager

from prover.proof.attempt import Telemetry
from prover.proof.lean import Lean
from prover.proof.proposal import Answer, PolicyFault, Question
from prover.proof.state import ProofState
from prover.proof.step import Advanced, Closed, Crashed, Rejected, StepResult, TimedOut
from prover.search.graph import Node
from prover.search.protocols import Policy
from prover.search.settings import Budget, SearchSettings

PATIENCE_SECONDS = 5.0
"""A question that is open at the end of the budget for longer than this, and ten times as long as usual, is a fault of the policy: the
search did not fail, it was kept waiting."""


class Spent(Exception):
    """A limit of the whole search was reached; the argument names it."""


class PassSpent(Exception):
    """A limit of this pass was reached."""


@contextmanager
def held(alarm: asyncio.Timeout | None) -> Iterator[None]:
    """A deadline that does not pass while the block runs, and is as far away after it as it was before."""
    ends = alarm.when() if alarm is not None and not alarm.expired() else None
    if alarm is None or ends is None:
        yield
        return
    loop = asyncio.get_running_loop()
    left = ends - loop.time()
    alarm.reschedule(None)
    try:
        yield
    finally:
        alarm.reschedule(loop.time() + left)


class Meter:
    """Spends the budget of one search.

    Attributes:
        telemetry: what was spent until now, and on what.
    """

    def __init__(
        self, lean: Lean, policy: Policy, settings: SearchSettings, budget: Budget, at_once: int, clock: Callable[[], float], priority: int = 0
    ) -> None:
        """Args:
        at_once: steps that may run or wait in Lean's queue.
        clock: in seconds.
        priority: of the search; a step's place among those of its node is added.
        """
        self._priority = priority
        self._lean, self._policy, self._settings, self._budget, self._clock = lean, policy, settings, budget, clock
        self._places = asyncio.Semaphore(at_once)
        self._began = self._judging = self._unanswered = 0.0
        self._pass_ends = budget.seconds
        self._pass_expansions = budget.expansions
        self._rng = random.Random(settings.seed)
        self._alarm: asyncio.Timeout | None = None
        self.telemetry = Telemetry()

    def begin(self) -> None:
        """The clock runs from here: elaborating a statement is not searching."""
        self._began = self._clock()

    @property
    def elapsed(self) -> float:
        """Seconds of the search, without the judge's."""
        return self._clock() - self._began - self._judging

    @asynccontextmanager
    async def one_pass(self, number: int) -> AsyncIterator[None]:
        """The block is one pass: it draws from a seed of its own, and is ended when its seconds or the search's have passed.

        Raises:
            Spent, PassSpent: they have.
            PolicyFault: they have, while the policy did not answer.
        """
        self.telemetry.passes += 1
        self._pass_ends = self.elapsed + self._settings.pass_seconds
        self._pass_expansions = self.telemetry.expansions + self._settings.pass_expansions
        self._rng = random.Random(f"{self._settings.seed}/{number}" if number else self._settings.seed)
        self._alarm = asyncio.timeout(min(self._budget.seconds, self._pass_ends) - self.elapsed)
        try:
            async with self._alarm:
                yield
        except TimeoutError:
            if not self._alarm.expired():
                raise
            if self._unanswered > max(PATIENCE_SECONDS, 10 * self.telemetry.policy_seconds / max(1, self.telemetry.expansions)):
                raise PolicyFault(f"the policy did not answer for the last {self._unanswered:.0f} s of the search") from None
            raise Spent("seconds") if self._budget.seconds <= self._pass_ends else PassSpent from None

    @contextmanager
    def paused(self) -> Iterator[None]:
        """The clock stands still in the block, and the alarm is off: a verdict is not the search's expense, nor is a proof lost to a slow judge."""
        began = self._clock()
        try:
            with held(self._alarm):
                yield
        finally:
            self._judging += self._clock() - began

    async def ask(self, node: Node) -> Answer:
        """Asks the policy about a node.

        Raises:
            Spent, PassSpent: there is no budget for it.
            PolicyFault: there is no answer.
        """
        self._check()
        if self.telemetry.expansions >= self._budget.expansions:
            raise Spent("expansions")
        if self.telemetry.expansions >= self._pass_expansions:
            raise PassSpent
        self.telemetry.expansions += 1
        temperatures = self._settings.temperatures
        temperature = temperatures[min(node.asked, len(temperatures) - 1)] if temperatures else None
        question = Question(node.state, self._settings.samples, node.asked, temperature, self._rng.getrandbits(32))
        began = self._clock()
        try:
            [answer] = await self._policy.propose([question])
        except asyncio.CancelledError:
            self._unanswered = max(self._unanswered, self._clock() - began)
            raise
        node.asked += 1
        telemetry = self.telemetry
        telemetry.policy_seconds += self._clock() - began
        telemetry.proposals += len(answer.proposals)
        telemetry.tokens_in += answer.tokens_in
        telemetry.tokens_out += answer.tokens_out
        telemetry.truncated += answer.truncated
        telemetry.dropped += answer.dropped
        return answer

    async def step(self, state: ProofState, tactic: str, place: int, heartbeats: int | None = None) -> StepResult:
        """Runs a tactic, when it is its turn.

        Args:
            place: among the steps of its node; smaller is served first.
            heartbeats: in place of the usual limit.

        Raises:
            Spent, PassSpent: there is no budget for it.
        """
        async with self._places:
            self._check()
            if self.telemetry.lean_steps >= self._budget.lean_steps:
                raise Spent("lean_steps")
            self.telemetry.lean_steps += 1
            began = self._clock()
            outcome = await self._lean.step(state, tactic, heartbeats=heartbeats, priority=self._priority + place)
        name = type(outcome).__name__.lower()
        self.telemetry.outcomes[name] = self.telemetry.outcomes.get(name, 0) + 1
        match outcome:
            case Advanced(_, cost) | Closed(_, cost) | Rejected(_, _, cost):
                lean_seconds = cost.lean_seconds
            case TimedOut(seconds):
                lean_seconds = seconds
            case Crashed():
                lean_seconds = 0.0
        self.telemetry.lean_seconds += lean_seconds
        self.telemetry.queue_seconds += max(0.0, self._clock() - began - lean_seconds)
        return outcome

    def _check(self) -> None:
        if self.elapsed >= self._budget.seconds:
            raise Spent("seconds")
        if self.elapsed >= self._pass_ends:
            raise PassSpent
