"""How one statement is tried: by one search, or by a team."""

import json
from collections.abc import Awaitable, Callable, Mapping
from typing import Protocol

from planners.planner import Planner
from prover.config import Settings
from prover.evaluation.run_directory import RunDirectory, digest
from prover.evaluation.tasks import Task
from prover.lean.pool import Pool
from prover.lean.stepper import SourceError
from prover.lean.worker import DeadlinePassed, WorkerDied
from prover.policy.identity import Identity
from prover.proof.attempt import Attempt, Faulted, OutOfBudget, Proved, Telemetry, Unsupported
from prover.proof.proposal import PolicyFault
from prover.proof.statement import Statement
from prover.search import export
from prover.search.best_first import Confirm, Search
from prover.search.protocols import Policy
from prover.search.settings import Budget, SearchSettings
from prover.team.account import account, partial
from prover.team.agents import AgentLost, StepProvers
from prover.team.board import Board
from prover.team.places import Places, theorems_at_once
from prover.team.settings import TeamSettings
from prover.team.sharing import Sharing
from prover.team.team import Team

Watch = Callable[[str, Telemetry], None]
"""Is told which goal is worked on, and what was spent until then."""


class Unjudged(Exception):
    """There is a proof, and the judge could not say what it is worth: a fault, to be tried again."""


class Solver(Protocol):
    """Tries statements, several at a time."""

    @property
    def at_once(self) -> int:
        """Statements that it is worth trying at once."""
        ...

    def on_change(self, wake: Callable[[], None]) -> None:
        """``wake`` is called from now on whenever `at_once` may have changed."""
        ...

    async def solve(self, task: Task, confirm: Confirm, watch: Watch) -> Attempt:
        """One try. Whatever fails on the way that is not the statement's fault comes back as `Faulted`."""
        ...


class SearchSolver:
    """One search for each statement."""

    def __init__(self, pool: Pool, policy: Policy, settings: Settings, directory: RunDirectory) -> None:
        self._pool, self._policy, self._settings, self._directory = pool, policy, settings, directory

    @property
    def at_once(self) -> int:
        return len(self._pool.workers)

    def on_change(self, wake: Callable[[], None]) -> None:
        pass  # a pool stays as large as it is

    async def solve(self, task: Task, confirm: Confirm, watch: Watch) -> Attempt:
        search = Search(
            self._pool,
            self._policy,
            SearchSettings(**self._settings.search.model_dump()),
            Budget(**self._settings.budget.model_dump()),
            at_once=len(self._pool.workers) + 1,
            confirm=confirm,
            watch=lambda node, telemetry: watch(node.state.goals[0].target, telemetry),
        )
        attempt = await _caught(search.run(task.statement), search.telemetry)
        if search.graph is not None and self._directory.graphs is not None:
            export.write(search.graph, self._directory.graphs, self._directory.stem(task.statement))
        return attempt


class TeamSolver:
    """A team for each statement; all of them share the step-provers, fairly, and what is proved."""

    def __init__(
        self,
        provers: StepProvers,
        sharing: Sharing,
        planner: Planner | None,
        settings: Settings,
        directory: RunDirectory,
        *,
        lean: Mapping[str, object],
        policy: Identity,
    ) -> None:
        """Args:
        lean, policy: identities, which decide what is remembered of whom.
        """
        self._provers, self._sharing, self._planner, self._settings, self._directory = provers, sharing, planner, settings, directory
        self._lean, self._policy = lean, digest(dict(policy) if isinstance(policy, Mapping) else policy)
        self._places = Places(provers.places)
        self._teams: set[Team] = set()
        self._outages = 0
        self._wakes: list[Callable[[], None]] = []
        self.faults: list[str] = []
        """What the planner could not do, a line each."""

    @property
    def at_once(self) -> int:
        return theorems_at_once(self._provers.places)

    def on_change(self, wake: Callable[[], None]) -> None:
        self._wakes.append(wake)

    def places_changed(self) -> None:
        """To be called when the step-provers' places may have changed: those who wait, and those who could use more, have them at once."""
        self._outages += not self._provers.places
        self._places.capacity = self._provers.places
        self._look_again()
        for wake in self._wakes:
            wake()

    async def solve(self, task: Task, confirm: Confirm, watch: Watch) -> Attempt:
        settings = self._settings
        environment = await self._sharing.cache.add_environment(self._lean, task.statement.header)
        team = Team(
            self._provers,
            self._sharing,
            self._places,
            self._planner,
            TeamSettings(
                settings.team,
                SearchSettings(**settings.search.model_dump()),
                Budget(**settings.budget.model_dump()),
                environment,
                self._policy,
                digest(dict(self._planner.identity)) if self._planner is not None else "",
                settings.cache.retry,
            ),
            width=self._width,
            confirm=confirm,
            watch=lambda problem, telemetry: watch(problem.state.goals[0].target, telemetry),
        )
        outages = self._outages if self._provers.places else -1
        self._teams.add(team)
        try:
            attempt = await _caught(team.run(task.statement), team.telemetry)
        finally:
            self._teams.discard(team)
            self._look_again()
        if isinstance(attempt, OutOfBudget) and attempt.limit == "seconds" and self._outages != outages:
            team.telemetry.faults += 1
            attempt = Faulted("there was nothing to search with for a while, and the time ran out", team.telemetry)
        self.faults += team.faults
        if team.board is not None:
            self._keep(task.statement, team.board, team.faults, proved=isinstance(attempt, Proved))
        return attempt

    def _keep(self, statement: Statement, board: Board, faults: list[str], *, proved: bool) -> None:
        stem = self._directory.stem(statement)
        if board.root.branches or board.root.rejected:
            self._directory.keep("plans", f"{stem}.json", json.dumps(account(board, faults), indent=1, ensure_ascii=False))
        if not proved and (text := partial(statement, board)) is not None:
            self._directory.keep("partial", f"{stem}.lean", text)

    def _width(self) -> int:
        return max(2, self._provers.places // max(1, len(self._teams)))

    def _look_again(self) -> None:
        for team in self._teams:
            team.look_again()


async def _caught(work: Awaitable[Attempt], telemetry: Telemetry) -> Attempt:
    try:
        return await work
    except SourceError as error:
        return Unsupported(error.message, telemetry)
    except (AgentLost, WorkerDied, DeadlinePassed, PolicyFault, Unjudged) as error:
        telemetry.faults += 1
        return Faulted(str(error), telemetry)
