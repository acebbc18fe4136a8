"""One theorem, many step-provers, and a planner.

The theorem itself is searched for from the start. If that takes long, the planner is asked; its plans are checked, and the subgoals of those that
pass are searched for beside the theorem, the most urgent first, by agents with settings of their own. Whatever is proved cancels what
nobody needs any more, is told to everybody through the cache, and is kept when a plan is given up. A subgoal that is stuck is planned for
itself; a plan with a subgoal that is false, or stuck for good, is given up, and the planner is asked again with what was learnt.

Nothing here is trusted: a plan's proof is replayed as a whole before it counts for its goal, and the theorem's goes to the judge.
"""

import asyncio
import hashlib
import json
import time
from collections.abc import Callable, Coroutine
from dataclasses import asdict, dataclass, replace
from typing import Any

from planners.checks import Accepted, Checks
from planners.layout import Flawed, Layout, lay_out
from planners.plan import Plan
from planners.planner import Known, Planner, PlannerFault, PlanRequest, Rejected
from prover.cache.entries import Key, Tried
from prover.config import TeamConfig
from prover.proof.attempt import Attempt, Exhausted, OutOfBudget, Proved, Telemetry
from prover.proof.script import Proof
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.search.best_first import Confirm
from prover.search.children import children
from prover.search.settings import Budget, SearchSettings
from prover.team.agents import AgentLost, Job, StepProvers
from prover.team.board import Board, Branch, Problem, Status
from prover.team.places import Places
from prover.team.sharing import Fitting, Sharing, closed

_FIRST_SLICE = 0.25
"""Share of a subgoal's time that its first search gets: what is easy is found out before anything waits for what is hard."""

_BEFORE_SEARCHES = -100
"""Priority of a check's steps: it is short, and a whole plan waits for it."""


@dataclass(frozen=True, slots=True)
class TeamSettings:
    """Attributes:
    team: see `prover.config.TeamConfig`.
    search: of the first agent; the others differ in alpha, temperature and seed.
    budget: of the theorem as a whole.
    environment: see `prover.cache.entries.environment_of`.
    policy: names the policy, for what is remembered as tried.
    retry: a theorem that is known to have been tried with these settings and as much time is tried again.
    """

    team: TeamConfig
    search: SearchSettings
    budget: Budget
    environment: str
    policy: str
    retry: bool = True


class _Over(Exception):
    """The theorem's attempt has ended."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__()
        self.attempt = attempt


class Team:
    """Single-use.

    Attributes:
        board: what is known of the theorem; None before the statement was elaborated.
        faults: what the planner could not do, a line each.
    """

    def __init__(
        self,
        provers: StepProvers,
        sharing: Sharing,
        places: Places,
        planner: Planner | None,
        settings: TeamSettings,
        *,
        width: Callable[[], int] = lambda: 2,
        confirm: Confirm | None = None,
        watch: Callable[[Problem, Telemetry], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Args:
        width: searches and checks that may run at once.
        confirm: asked about a proof of the theorem; its time is nobody's budget.
        """
        self._provers, self._sharing, self._places, self._planner, self._settings = provers, sharing, places, planner, settings
        self._config = settings.team
        self._width, self._confirm, self._watch, self._clock = width, confirm, watch, clock
        self._tasks: set[asyncio.Task[Any]] = set()
        self._searches: dict[asyncio.Task[Any], Problem] = {}
        self._helpers = self._direct = 0
        self._direct_agents = list(reversed(range(len(settings.team.alphas))))
        self._judging = asyncio.Lock()
        self._heartbeats: dict[Proof, int] = {}
        self._doubted: set[Plan] = set()
        self._began = self._paused = 0.0
        self.telemetry = Telemetry()
        self.board: Board | None = None
        self.faults: list[str] = []

    @property
    def elapsed(self) -> float:
        """Seconds, without the judge's."""
        return self._clock() - self._began - self._paused

    async def run(self, statement: Statement) -> Attempt:
        """Works until a confirmed proof, the end of all ideas, or the end of the budget.

        Raises:
            SourceError: the statement does not elaborate.
            PolicyFault, WorkerDied, DeadlinePassed: from a search.
        """
        root = await self._provers.lean.start(statement)
        self._theorem = f"{statement.name}\0{statement.hash}"
        self._began = self._clock()
        self.board = Board(root)
        self._end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        heard: dict[Problem, Callable[[], None]] = {}
        self._heard = heard
        try:
            async with asyncio.timeout(self._settings.budget.seconds) as self._alarm, children() as self._tasks:
                await self._hear_of(self.board.root)
                if await self._tried_before(self.board.root, self._settings.budget.seconds) and not self._settings.retry:
                    return OutOfBudget("seconds", self.telemetry)
                asyncio.get_running_loop().call_later(self._config.direct_seconds, self._fill)
                self._fill()
                await self._end
            return self._nothing_left()
        except _Over as over:
            return over.attempt
        except TimeoutError:
            if not self._alarm.expired():
                raise
            return OutOfBudget("seconds", self.telemetry)
        finally:
            for problem, wake in heard.items():
                self._sharing.forget(self._key(problem), wake)
            self.telemetry.seconds = self.elapsed

    # What is to be done next.

    def _fill(self) -> None:
        """Gives free agents something to do. Called whenever anything has changed."""
        board = self._board
        if self._end.done():
            return
        self._cancel_unwanted()
        if self._spent():
            self._end.set_result(None)
            return
        if self._direct < self._direct_places() and not board.root.exhausted and self._direct_agents:
            self._start(self._search_directly(self._direct_agents.pop()), board.root)
        while self._plan():
            pass  # what is given up leaves its plan's goal without one
        while self._helpers < self._width() - self._direct and (problem := self._next_subgoal()) is not None:
            self._start(self._search_subgoal(problem), problem)
        if not self._tasks:
            self._end.set_result(None)

    def _plan(self) -> bool:
        """Asks for plans, looks at plans, and gives up a subgoal that there is no plan for; True when it has."""
        for problem in self._board.wanted() if self._planner is not None else []:
            if problem.planning or (problem.searching and problem is not self._board.root) or not self._due(problem):
                continue
            if len(problem.followed) < self._config.plans and problem.waiting:
                if self._helpers < self._width() - self._direct:
                    self._start(self._consider(problem))
            elif not problem.followed:
                if problem.rounds < self._config.rounds and problem.depth < self._config.depth:
                    self._start(self._ask(problem), slot=False)
                elif problem is not self._board.root:
                    spent = f"no proof in {problem.seconds:.0f} s of search" if not problem.exhausted else "nothing was left to try"
                    self._give_up(problem, spent)
                    return True
        return False

    def _due(self, problem: Problem) -> bool:
        """Whether the problem was searched for long enough to be planned for."""
        if problem is self._board.root:
            return problem.exhausted or self.elapsed >= self._config.direct_seconds
        return problem.exhausted or problem.seconds >= self._config.subgoal_seconds

    def _next_subgoal(self) -> Problem | None:
        ready = self._board.subgoals(self._config.subgoal_seconds)
        return next((problem for problem in ready if problem.searching < len(self._config.alphas)), None)

    def _direct_places(self) -> int:
        if self._planner is None or not self._board.subgoals(self._config.subgoal_seconds):
            return 1
        return max(1, round(self._config.direct_share * self._width()))

    def _start(self, work: Coroutine[Any, Any, None], problem: Problem | None = None, *, slot: bool = True) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        if problem is not None:
            self._searches[task] = problem
            problem.searching += 1
        direct = problem is self._board.root
        self._direct += direct
        self._helpers += slot and not direct

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            self._searches.pop(task, None)
            if problem is not None:
                problem.searching -= 1
            self._direct -= direct
            self._helpers -= slot and not direct
            if not task.cancelled() and (error := task.exception()) is not None:
                if not self._end.done():
                    self._end.set_exception(error)
            elif not self._end.done():
                self._fill()

        task.add_done_callback(ended)

    def _cancel_unwanted(self) -> None:
        wanted = set(self._board.wanted())
        for task, problem in list(self._searches.items()):
            if problem not in wanted:
                task.cancel()

    def _nothing_left(self) -> Attempt:
        if limit := self._spent():
            return OutOfBudget(limit, self.telemetry)
        return Exhausted(self.telemetry) if self._board.root.exhausted else OutOfBudget("searches", self.telemetry)

    # Searching.

    async def _search_directly(self, agent: int) -> None:
        if await self._search(self._board.root, agent, None) is None:
            self._direct_agents.append(agent)

    async def _search_subgoal(self, problem: Problem) -> None:
        whole = self._config.subgoal_seconds
        agent = problem.searched + problem.searching - 1
        await self._search(problem, agent, whole * _FIRST_SLICE if agent == 0 else max(1.0, whole - problem.seconds))

    async def _search(self, problem: Problem, agent: int, seconds: float | None) -> Attempt | None:
        """One search, and what comes of it; None where there was none, the agent being lost.

        Args:
            seconds: for the search; None for all that is left.
        """
        if seconds is not None and await self._tried_before(problem, seconds, self._agent(agent)):
            problem.searched += 1
            problem.seconds += seconds
            return OutOfBudget("seconds", Telemetry())
        if self._watch is not None:
            self._watch(problem, self.telemetry)
        async with self._places.of(self._theorem), self._sharing.cache.lease(self._key(problem)) as alone:
            settings = self._agent(agent if alone else agent + 1)  # somebody else is at it: not with the same settings, then
            began = self.elapsed
            try:
                attempt = await self._provers.search(Job(self._theorem, problem.state, settings, self._budget(seconds)), self.telemetry)
            except AgentLost:
                return None  # says nothing of the problem, which is given to the next
            self.telemetry.searches += 1
            took = self.elapsed - began
        match attempt:
            case Proved(proof, heartbeats, _):
                await self._proved(problem, proof, heartbeats)
            case _:
                problem.searched += 1
                problem.seconds += took
                problem.exhausted = problem.exhausted or isinstance(attempt, Exhausted)
                await self._sharing.cache.add_tried(
                    self._key(problem), Tried(self._digest(settings), took, attempt.telemetry.expansions, isinstance(attempt, Exhausted))
                )
        return attempt

    def _budget(self, seconds: float | None) -> Budget:
        """For one search: so many seconds, and what is left of the theorem's budget. What runs beside it counts only when it ends."""
        whole, spent = self._settings.budget, self.telemetry
        left = max(0.01, whole.seconds - self.elapsed)
        return Budget(
            left if seconds is None else min(seconds, left), max(1, whole.expansions - spent.expansions), max(1, whole.lean_steps - spent.lean_steps)
        )

    def _spent(self) -> str:
        """The limit of the theorem's budget that is reached, besides the seconds; empty while there is none."""
        whole, spent = self._settings.budget, self.telemetry
        if spent.expansions >= whole.expansions:
            return "expansions"
        return "lean_steps" if spent.lean_steps >= whole.lean_steps else ""

    def _agent(self, number: int) -> SearchSettings:
        """The first agent searches as the settings say; the others otherwise, and each from a seed of its own."""
        search, team = self._settings.search, self._config
        if number == 0:
            return search
        alpha = team.alphas[number % len(team.alphas)]
        temperatures = (team.temperatures[number % len(team.temperatures)],) if team.temperatures else search.temperatures
        return replace(search, alpha=(alpha,), temperatures=temperatures, seed=search.seed + number)

    # What comes of it.

    async def _proved(self, problem: Problem, proof: Proof, heartbeats: int, *, told: bool = False) -> None:
        """The proof closes the problem's state, as the search's Lean has seen.

        Raises:
            _Over: it is the theorem, and the judge agrees.
        """
        if problem.status is not Status.OPEN:
            return
        if (task := asyncio.current_task()) is not None:
            self._searches.pop(task, None)  # the search is over: what follows is not cancelled with those that nobody needs
        if problem is self._board.root:
            await self._judge(proof, heartbeats, told=told)
            return
        self._board.prove(problem, proof, heartbeats)
        self.telemetry.subgoals_proved += 1
        self._cancel_unwanted()
        if not told:
            await self._sharing.tell(self._key(problem), problem.state, proof, heartbeats)
        for branch in problem.above:
            if branch.complete and not branch.dead:
                await self._complete(branch)

    async def _complete(self, branch: Branch) -> None:
        """All parts of a plan are proved: the whole is tried in Lean."""
        heartbeats = sum(part.heartbeats for part in branch.parts.values())
        fitting = await self._sharing.replayed(branch.problem.state, branch.proof(), heartbeats)
        if fitting is None:
            self._abandon(branch, "its parts are proved, but do not fit together")
        else:
            await self._proved(branch.problem, fitting.proof, fitting.heartbeats)
            if branch.problem is self._board.root:  # still here: the judge refused it
                self._abandon(branch, "the judge refused the proof")

    async def _judge(self, proof: Proof, heartbeats: int, *, told: bool) -> None:
        async with self._judging:
            solved = self.elapsed, self.telemetry.expansions
            began = self._clock()
            confirmed = self._confirm is None or await self._confirm(proof, heartbeats)
            took = self._clock() - began
            self._paused += took
            if not self._alarm.expired():
                self._alarm.reschedule((self._alarm.when() or 0.0) + took)
            if not confirmed:
                self.telemetry.refused += 1
                return
            root = self._board.root
            self._board.prove(root, proof, heartbeats)
            self.telemetry.solved_seconds, self.telemetry.solved_expansions = solved
            if not told:
                await self._sharing.tell(self._key(root), root.state, proof, heartbeats)
            raise _Over(Proved(proof, heartbeats, self.telemetry))

    def _give_up(self, problem: Problem, reason: str) -> None:
        for branch in problem.above:
            self.telemetry.plans_rejected += not branch.dead
        self._board.give_up(problem, reason)

    def _abandon(self, branch: Branch, reason: str) -> None:
        self.telemetry.plans_rejected += 1
        self._board.abandon(branch, reason)

    # Planning.

    async def _ask(self, problem: Problem) -> None:
        """Asks the planner once more."""
        assert self._planner is not None
        problem.planning = True
        began = self.elapsed
        try:
            similar = await self._sharing.cache.similar(self._settings.environment, closed(problem.state.goals[0]))
            lemmas = tuple(Known(f"known{number}", f": {claim.goal}") for number, claim in enumerate(similar, 1))
            request = PlanRequest(problem.state, problem.rounds, self._board.known(problem), tuple(problem.rejected), lemmas)
            plans = await self._planner.plans(request)
        except PlannerFault as fault:
            self.faults.append(str(fault))
            plans = ()
        finally:
            problem.planning = False
            self.telemetry.planner_seconds += self.elapsed - began
        problem.rounds = problem.rounds + 1 if plans else self._config.rounds
        problem.waiting.extend(plans)

    async def _consider(self, problem: Problem) -> None:
        """Lays the next plan out, checks it, and follows it where it is sound."""
        problem.planning = True
        try:
            plan = problem.waiting.popleft()
            async with self._places.of(self._theorem):
                accepted = await self._checked(problem, plan)
            if accepted is None:
                return
            if isinstance(accepted, Rejected):
                self.telemetry.plans_rejected += 1
                problem.rejected.append(accepted)
                return
            proofs = {name: (proof, self._heartbeats.get(proof, 0)) for name, proof in accepted.proofs.items()}
            branch = self._board.follow(problem, accepted.layout, proofs)
        finally:
            problem.planning = False
        self.telemetry.plans += 1
        self.telemetry.subgoals += len(branch.parts)
        for part in branch.open:
            await self._hear_of(part)
        if branch.complete:
            await self._complete(branch)

    async def _checked(self, problem: Problem, plan: Plan) -> Accepted | Rejected | None:
        """None: put off."""
        laid_out = await lay_out(self._provers.lean, problem.state, plan)
        if isinstance(laid_out, Flawed):
            return Rejected(plan, laid_out.reason)
        if await self._doubtful(problem, laid_out):
            return None
        checks = Checks(self._provers.lean, self._attempt, self._known_proof, _keys_above(problem), self._config.check_seconds, self._disproved)
        return await checks.check(laid_out)

    async def _doubtful(self, problem: Problem, layout: Layout) -> bool:
        """Whether somebody says that a subgoal is false, and other plans are waiting. It is hearsay: the plan has its turn after them."""
        if layout.plan in self._doubted or not problem.waiting:
            return False
        known = await asyncio.gather(*(self._sharing.look(Key.of(self._settings.environment, subgoal.state)) for subgoal in layout.subgoals))
        if not any(knowledge.disproved for knowledge in known):
            return False
        self._doubted.add(layout.plan)
        problem.waiting.append(layout.plan)
        return True

    async def _disproved(self, state: ProofState, how: str) -> None:
        self.telemetry.subgoals_disproved += 1
        await self._sharing.cache.add_disproved(Key.of(self._settings.environment, state), how)

    async def _attempt(self, state: ProofState, seconds: float) -> Proof | None:
        """A short search, for the checks of a plan."""
        job = Job(self._theorem, state, self._settings.search, self._budget(seconds), _BEFORE_SEARCHES)
        try:
            attempt = await self._provers.search(job, self.telemetry)
        except AgentLost:
            return None
        if not isinstance(attempt, Proved):
            return None
        self._heartbeats[attempt.proof] = attempt.heartbeats
        return attempt.proof

    async def _known_proof(self, state: ProofState) -> Proof | None:
        """A proof that is known already, for the checks of a plan."""
        if (fitting := await self._known(state)) is None:
            return None
        self._heartbeats[fitting.proof] = fitting.heartbeats
        return fitting.proof

    async def _known(self, state: ProofState) -> Fitting | None:
        """A proof that is known already, here or to the cache."""
        key = Key.of(self._settings.environment, state)
        return await self._sharing.fitting(key, state, (await self._sharing.look(key)).proved, self.telemetry)

    # What others know.

    async def _hear_of(self, problem: Problem) -> None:
        """Uses what is known of the problem, now and when somebody says something new."""
        if problem not in self._heard:
            wake = self._heard[problem] = lambda: self._start(self._reuse(problem), slot=False) if not self._end.done() else None
            self._sharing.call(self._key(problem), wake)
        await self._reuse(problem)

    async def _reuse(self, problem: Problem) -> None:
        if problem.status is Status.OPEN and (known := await self._known(problem.state)) is not None:
            await self._proved(problem, known.proof, known.heartbeats, told=True)

    async def _tried_before(self, problem: Problem, seconds: float, settings: SearchSettings | None = None) -> bool:
        digest = self._digest(settings or self._settings.search)
        tried = (await self._sharing.look(self._key(problem))).tried
        return any(one.settings == digest and (one.exhausted or one.seconds >= 0.95 * seconds) for one in tried)

    def _digest(self, settings: SearchSettings) -> str:
        return hashlib.sha256(json.dumps([self._settings.policy, asdict(settings)], sort_keys=True).encode()).hexdigest()[:16]

    def _key(self, problem: Problem) -> Key:
        return Key.of(self._settings.environment, problem.state)

    @property
    def _board(self) -> Board:
        assert self.board is not None
        return self.board


def _keys_above(problem: Problem) -> frozenset[str]:
    """Of the problem, and of those it is wanted for."""
    found: dict[Problem, None] = {problem: None}
    for one in (queue := [problem]):
        for branch in one.above:
            if branch.problem not in found:
                found[branch.problem] = None
                queue.append(branch.problem)
    return frozenset(one.state.key for one in found)
