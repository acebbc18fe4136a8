"""One theorem, many step-provers, and a planner.

The theorem itself is searched for from the start. If that takes long, the planner is asked; its plans are checked, and the subgoals of those that
pass are searched for beside the theorem, the most urgent first, by agents with settings of their own. Whatever is proved cancels what
nobody needs any more, is told to everybody through the cache, and is kept when a plan is given up. A subgoal that is stuck is planned for
itself; a plan with a subgoal that is false, or stuck for good, is given up, and the planner is asked again with what was learnt.

Nothing here is trusted: a plan's proof is replayed as a whole before it counts for its goal, and the theorem's goes to the judge.
"""

import asyncio
import time
from collections.abc import Callable, Coroutine
from typing import Any

from planners.planner import Planner
from prover.cache.entries import Tried
from prover.proof.attempt import Attempt, Exhausted, OutOfBudget, Proved, Telemetry
from prover.proof.script import Proof
from prover.proof.statement import Statement
from prover.search.best_first import Confirm
from prover.search.children import children
from prover.search.settings import SearchSettings
from prover.team.agents import AgentLost, Job, StepProvers
from prover.team.board import Board, Branch, Problem, Status
from prover.team.places import Places
from prover.team.planning import Planning
from prover.team.settings import TeamSettings
from prover.team.sharing import Sharing
from prover.team.spending import Spending

_FIRST_SLICE = 0.25
"""Share of a subgoal's time that its first search gets: what is easy is found out before anything waits for what is hard."""


class _Over(Exception):
    """The theorem's attempt has ended."""

    def __init__(self, attempt: Attempt) -> None:
        super().__init__()
        self.attempt = attempt


class Team:
    """Single-use.

    Attributes:
        board: what is known of the theorem; None before the statement was elaborated.
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
        self._width, self._confirm, self._watch = width, confirm, watch
        self._spending = Spending(settings.budget, clock)
        self._planning: Planning | None = None
        self._tasks: set[asyncio.Task[Any]] = set()
        self._working: dict[asyncio.Task[Any], Problem] = {}
        self._heard: dict[Problem, Callable[[], None]] = {}
        self._helpers = self._direct = 0
        self._direct_agents = list(reversed(range(len(settings.team.alphas))))
        self._judging = asyncio.Lock()
        self._begun = False
        self.board: Board | None = None

    @property
    def telemetry(self) -> Telemetry:
        return self._spending.telemetry

    @property
    def faults(self) -> list[str]:
        """What the planner could not do, a line each."""
        return self._planning.faults if self._planning is not None else []

    def look_again(self) -> None:
        """To be called when ``width`` has changed: there may be room for more."""
        if self._begun:
            self._fill()

    async def run(self, statement: Statement) -> Attempt:
        """Works until a confirmed proof, the end of all ideas, or the end of the budget.

        Raises:
            SourceError: the statement does not elaborate.
            PolicyFault, WorkerDied, DeadlinePassed: from a search.
        """
        root = await self._provers.lean.start(statement)
        self._spending.begin()
        self._theorem = f"{statement.name}\0{statement.hash}"
        self.board = board = Board(root)
        if self._planner is not None:
            self._planning = Planning(self._provers, self._sharing, self._places, self._planner, self._settings, self._spending, self._theorem, board)
        try:
            attempt = await self._within_budget(board)
        finally:
            for problem, wake in self._heard.items():
                self._sharing.forget(self._settings.key(problem.state), wake)
            self.telemetry.seconds = self._spending.elapsed
        if not isinstance(attempt, Proved):
            await self._remember(board.root, self._settings.digest, self.telemetry, exhausted=isinstance(attempt, Exhausted))
        return attempt

    async def _within_budget(self, board: Board) -> Attempt:
        whole = self._settings.budget.seconds
        self._end: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            async with asyncio.timeout(whole) as self._alarm, children() as self._tasks:
                await self._hear_of(board.root)
                if not self._settings.retry and await self._tried_before(board.root, whole, self._settings.digest):
                    return OutOfBudget("seconds", self.telemetry)
                asyncio.get_running_loop().call_later(self._config.direct_seconds, self._fill)
                self._begun = True  # before that, what is known already may be all that is needed
                self._fill()
                await self._end
        except _Over as over:
            return over.attempt
        except TimeoutError:
            if not self._alarm.expired():
                raise
            return OutOfBudget("seconds", self.telemetry)
        if limit := self._spending.limit:
            return OutOfBudget(limit, self.telemetry)
        return Exhausted(self.telemetry) if board.root.exhausted else OutOfBudget("searches", self.telemetry)

    # What is to be done next.

    def _fill(self) -> None:
        """Gives free agents something to do. Called whenever anything has changed."""
        if self._end.done():
            return
        self._cancel_unwanted()
        if self._spending.limit:
            self._end.set_result(None)
            return
        if self._direct < self._direct_places() and not self._board.root.exhausted and self._direct_agents:
            self._start(self._search_directly(self._direct_agents.pop()), self._board.root, searches=True)
        if self._planning is not None:
            while self._plan(self._planning):
                pass  # what is given up leaves its plan's goal without one
        while self._free and (problem := self._next_subgoal()) is not None:
            self._start(self._search_subgoal(problem), problem, searches=True)
        if not self._tasks:
            self._end.set_result(None)

    @property
    def _free(self) -> bool:
        return self._helpers < self._width() - self._direct

    def _plan(self, planning: Planning) -> bool:
        """Asks for plans, looks at plans, and gives up a subgoal that there is no plan for; True when it has."""
        for problem in self._board.wanted():
            root = problem is self._board.root
            if problem.planning or (problem.searching and not root) or not self._due(problem):
                continue
            if len(problem.followed) < self._config.plans and problem.waiting:
                if self._free:
                    problem.planning = True
                    self._start(self._consider(planning, problem), problem)
            elif not problem.followed:
                if problem.rounds < self._config.rounds and problem.depth < self._config.depth:
                    problem.planning = True
                    self._start(self._ask(planning, problem), problem, slot=False)
                elif not root:
                    self._give_up(problem, "nothing was left to try" if problem.exhausted else f"no proof in {problem.seconds:.0f} s of search")
                    return True
        return False

    def _due(self, problem: Problem) -> bool:
        """Whether the problem was searched for long enough to be planned for."""
        if problem is self._board.root:
            return problem.exhausted or self._spending.elapsed >= self._config.direct_seconds
        return problem.exhausted or problem.seconds >= self._config.subgoal_seconds

    def _next_subgoal(self) -> Problem | None:
        ready = self._board.subgoals(self._config.subgoal_seconds)
        return next((problem for problem in ready if problem.searching < len(self._config.alphas)), None)

    def _direct_places(self) -> int:
        if self._planning is None or not self._board.subgoals(self._config.subgoal_seconds):
            return 1
        return max(1, round(self._config.direct_share * self._width()))

    def _start(self, work: Coroutine[Any, Any, None], problem: Problem | None = None, *, slot: bool = True, searches: bool = False) -> None:
        """Args:
        problem: that it is for; it ends when nobody needs that any more.
        slot: it counts as one of the searches and checks that may run at once.
        searches: it is a search for the problem itself.
        """
        task = asyncio.create_task(work)
        self._tasks.add(task)
        if problem is not None:
            self._working[task] = problem
            problem.searching += searches
        direct = searches and problem is self._board.root
        self._direct += direct
        self._helpers += slot and not direct

        def ended(task: asyncio.Task[None]) -> None:
            self._tasks.discard(task)
            self._working.pop(task, None)
            if problem is not None:
                problem.searching -= searches
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
        for task, problem in list(self._working.items()):
            if problem not in wanted:
                task.cancel()

    # Searching and planning.

    async def _search_directly(self, agent: int) -> None:
        if await self._search(self._board.root, agent, None) is None:
            self._direct_agents.append(agent)

    async def _search_subgoal(self, problem: Problem) -> None:
        whole = self._config.subgoal_seconds
        agent = problem.searched + problem.searching - 1
        seconds = whole * _FIRST_SLICE if agent == 0 else max(1.0, whole - problem.seconds)
        if await self._tried_before(problem, seconds, self._settings.search_digest(self._settings.agent(agent))):
            problem.searched += 1
            problem.seconds += seconds
        else:
            await self._search(problem, agent, seconds)

    async def _search(self, problem: Problem, agent: int, seconds: float | None) -> Attempt | None:
        """One search, and what comes of it; None where there was none, the agent being lost.

        Args:
            seconds: for the search; None for all that is left.
        """
        if self._watch is not None:
            self._watch(problem, self.telemetry)
        async with self._places.of(self._theorem), self._sharing.cache.lease(self._settings.key(problem.state)) as alone:
            settings = self._settings.agent(agent if alone else agent + 1)  # somebody else is at it: not with the same settings, then
            began = self._spending.elapsed
            try:
                attempt = await self._provers.search(Job(self._theorem, problem.state, settings, self._spending.of(seconds)), self.telemetry)
            except AgentLost:
                return None  # says nothing of the problem, which is given to the next
            self.telemetry.searches += 1
            took = self._spending.elapsed - began
        if isinstance(attempt, Proved):
            await self._proved(problem, attempt.proof, attempt.heartbeats)
        else:
            await self._failed(problem, settings, attempt, took)
        return attempt

    async def _failed(self, problem: Problem, settings: SearchSettings, attempt: Attempt, took: float) -> None:
        exhausted = isinstance(attempt, Exhausted)
        problem.searched += 1
        problem.seconds += took
        problem.exhausted = problem.exhausted or exhausted
        await self._remember(problem, self._settings.search_digest(settings), attempt.telemetry, exhausted=exhausted)

    async def _ask(self, planning: Planning, problem: Problem) -> None:
        try:
            await planning.ask(problem)
        finally:
            problem.planning = False

    async def _consider(self, planning: Planning, problem: Problem) -> None:
        try:
            branch = await planning.consider(problem)
        finally:
            problem.planning = False
        if branch is None:
            return
        for part in branch.open:
            await self._hear_of(part)
        if branch.complete:
            await self._complete(branch)

    # What comes of it.

    async def _proved(self, problem: Problem, proof: Proof, heartbeats: int, *, told: bool = False) -> None:
        """The proof closes the problem's state, as the search's Lean has seen.

        Raises:
            _Over: it is the theorem, and the judge agrees.
        """
        if problem.status is not Status.OPEN:
            return
        if (task := asyncio.current_task()) is not None:
            self._working.pop(task, None)  # the search is over: what follows is not cancelled with those that nobody needs
        if problem is self._board.root:
            await self._judge(proof, heartbeats, told=told)
            return
        self._board.prove(problem, proof, heartbeats)
        self.telemetry.subgoals_proved += 1
        self._cancel_unwanted()
        if not told:
            await self._sharing.tell(self._settings.key(problem.state), problem.state, proof, heartbeats)
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
        root = self._board.root
        async with self._judging:
            solved = self._spending.elapsed, self.telemetry.expansions
            with self._spending.judging(self._alarm):
                confirmed = self._confirm is None or await self._confirm(proof, heartbeats)
            if not confirmed:
                self.telemetry.refused += 1
                return
            self._board.prove(root, proof, heartbeats)
            self._cancel_unwanted()  # now, not when everybody has been told
            self.telemetry.solved_seconds, self.telemetry.solved_expansions = solved
            if not told:
                await self._sharing.tell(self._settings.key(root.state), root.state, proof, heartbeats)
            raise _Over(Proved(proof, heartbeats, self.telemetry))

    def _give_up(self, problem: Problem, reason: str) -> None:
        for branch in problem.above:
            self.telemetry.plans_rejected += not branch.dead
        self._board.give_up(problem, reason)

    def _abandon(self, branch: Branch, reason: str) -> None:
        self.telemetry.plans_rejected += 1
        self._board.abandon(branch, reason)

    # What others know, and will.

    async def _hear_of(self, problem: Problem) -> None:
        """Uses what is known of the problem, now and when somebody says something new."""
        if problem not in self._heard:
            wake = self._heard[problem] = lambda: self._start(self._reuse(problem), slot=False) if not self._end.done() else None
            self._sharing.call(self._settings.key(problem.state), wake)
        await self._reuse(problem)

    async def _reuse(self, problem: Problem) -> None:
        if problem.status is Status.OPEN:
            known = await self._sharing.known(self._settings.key(problem.state), problem.state, self.telemetry)
            if known is not None:
                await self._proved(problem, known.proof, known.heartbeats, told=True)

    async def _tried_before(self, problem: Problem, seconds: float, digest: str) -> bool:
        tried = (await self._sharing.look(self._settings.key(problem.state))).tried
        return any(one.settings == digest and (one.exhausted or one.seconds >= 0.95 * seconds) for one in tried)

    async def _remember(self, problem: Problem, digest: str, spent: Telemetry, *, exhausted: bool) -> None:
        await self._sharing.cache.add_tried(self._settings.key(problem.state), Tried(digest, spent.seconds, spent.expansions, exhausted))

    @property
    def _board(self) -> Board:
        assert self.board is not None
        return self.board
