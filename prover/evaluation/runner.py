"""Proves many statements: one search per worker, one judge for the run, every result on disk before it is reported.

Promises: a result that was reported is in the run directory; a statement with a result there is not tried again; a fault of the
infrastructure is recorded as a fault. Cancelling the run keeps what is done. Knows nothing of terminals.
"""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from prover.config import Settings
from prover.evaluation.record import Record, record_of
from prover.evaluation.run_directory import RunDirectory
from prover.evaluation.tasks import Task
from prover.lean.judge import Judge
from prover.lean.pool import Pool
from prover.lean.stepper import SourceError
from prover.lean.worker import DeadlinePassed, WorkerDied
from prover.proof.attempt import Attempt, Faulted, Proved, Telemetry, Unsupported
from prover.proof.proposal import PolicyFault
from prover.proof.statement import Statement
from prover.proof.verdict import CannotJudge, Verdict, Verified
from prover.search.best_first import Budget, Search, SearchSettings
from prover.search.graph import Node
from prover.search.protocols import Policy


class Observer(Protocol):
    """Is told what happens, as it happens."""

    def started(self, worker: int, task: Task) -> None: ...

    def searching(self, worker: int, task: Task, goal: str, telemetry: Telemetry) -> None: ...

    def finished(self, worker: int, task: Task, record: Record) -> None: ...


@dataclass(frozen=True, slots=True)
class Crew:
    """The processes of a run. Whoever builds it closes it."""

    pool: Pool
    judge: Judge
    lean_version: str

    def warm_up(self, workers: int) -> None:
        """Starts that many searching processes, and the judge, in the background."""
        self.pool.warm_up(workers)
        self.judge.warm_up()

    async def close(self) -> None:
        await asyncio.gather(self.pool.close(), self.judge.close())


class Run:
    """One pass over the tasks that have no result yet."""

    def __init__(self, crew: Crew, policy: Policy, settings: Settings, directory: RunDirectory, observer: Observer) -> None:
        self._crew, self._policy, self._settings = crew, policy, settings
        self._directory, self._observer = directory, observer

    async def prove(self, tasks: Sequence[Task]) -> list[Record]:
        """Tries every task that is not done, in order; returns the records of all."""
        waiting = [task for task in tasks if self._directory.done(task.statement.name, task.statement.hash) is None]
        waiting.reverse()
        async with asyncio.TaskGroup() as group:
            for number in range(min(len(self._crew.pool.workers), max(1, len(waiting)))):
                group.create_task(self._work(number, waiting))
        return [self._directory.records[f"{task.statement.name}\0{task.statement.hash}"] for task in tasks]

    async def _work(self, number: int, waiting: list[Task]) -> None:
        while waiting:
            task = waiting.pop()
            self._observer.started(number, task)
            record, proof = await self._attempt(number, task)
            self._directory.add(record, proof)
            self._observer.finished(number, task, record)

    async def _attempt(self, number: int, task: Task) -> tuple[Record, str | None]:
        if task.unsupported:
            return self._record(task, Unsupported(task.unsupported, Telemetry()), None), None
        proofs = _Proofs(self._crew.judge, task.statement)
        pool = self._crew.pool
        search = Search(
            pool,
            self._policy,
            SearchSettings(**self._settings.search.model_dump()),
            Budget(**self._settings.budget.model_dump()),
            confirm=proofs.confirm,
            watch=_watcher(self._observer, number, task),
        )
        restarts = pool.counters().restarts
        attempt: Attempt
        try:
            attempt = await search.run(task.statement)
        except SourceError as error:
            attempt = Unsupported(error.message, search.telemetry)
        except (WorkerDied, DeadlinePassed, Unjudged, PolicyFault) as error:
            attempt = Faulted(str(error), search.telemetry)
        await pool.forget(task.statement)
        search.telemetry.restarts = pool.counters().restarts - restarts
        return self._record(task, attempt, proofs.verdict), proofs.text if isinstance(attempt, Proved) else None

    def _record(self, task: Task, attempt: Attempt, verdict: Verdict | None) -> Record:
        return record_of(task.statement, attempt, verdict, lean_version=self._crew.lean_version)


class Unjudged(Exception):
    """The search has a proof, and the judge could not say what it is worth: a fault, to be tried again."""


class _Proofs:
    """Sends every script that closes the statement to the judge, and keeps the last word and file."""

    def __init__(self, judge: Judge, statement: Statement) -> None:
        self._judge, self._statement = judge, statement
        self.verdict: Verdict | None = None
        self.text: str | None = None

    async def confirm(self, tactics: tuple[str, ...], heartbeats: int) -> bool:
        self.verdict, self.text = await self._judge.judge(self._statement, tactics, heartbeats=heartbeats)
        if isinstance(self.verdict, CannotJudge):
            raise Unjudged(f"no verdict on a proof: {self.verdict.reason}")
        return isinstance(self.verdict, Verified)


def _watcher(observer: Observer, number: int, task: Task) -> Callable[[Node, Telemetry], None]:
    def watch(node: Node, telemetry: Telemetry) -> None:
        observer.searching(number, task, node.state.goals[0].target, telemetry)

    return watch
