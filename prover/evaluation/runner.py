"""Proves many statements: one search per worker, one judge for the run, every result on disk before it is reported.

Promises: a result that was reported is in the run directory; a statement with a result there is not tried again; a fault of the
infrastructure is recorded as a fault. Cancelling the run keeps what is done. Knows nothing of terminals.
"""

import asyncio
import resource
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from prover.config import MinimiseConfig
from prover.evaluation.minimising import Minimiser, Shortened
from prover.evaluation.record import Record, record_of
from prover.evaluation.run_directory import RunDirectory
from prover.evaluation.solvers import Solver, Unjudged
from prover.evaluation.tasks import Task
from prover.lean.judge import Judge
from prover.lean.pool import Pool
from prover.proof.attempt import Attempt, Proved, Telemetry, Unsupported
from prover.proof.script import Proof, lines
from prover.proof.statement import Statement
from prover.proof.verdict import CannotJudge, Verdict, Verified


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

    def __init__(self, crew: Crew, solver: Solver, settings: MinimiseConfig, directory: RunDirectory, observer: Observer) -> None:
        self._crew, self._solver, self._settings = crew, solver, settings
        self._directory, self._observer = directory, observer

    async def prove(self, tasks: Sequence[Task]) -> list[Record]:
        """Tries every task that is not done, in order; returns the records of all."""
        waiting = [task for task in tasks if self._directory.done(task.statement.name, task.statement.hash) is None]
        waiting.reverse()
        busy: dict[asyncio.Task[None], int] = {}
        news = asyncio.Event()
        self._solver.on_change(news.set)

        def ended(work: asyncio.Task[None]) -> None:
            del busy[work]
            news.set()

        async with asyncio.TaskGroup() as group:
            while waiting:
                news.clear()
                free = [number for number in range(self._solver.at_once) if number not in busy.values()]
                for number in free[: len(waiting)]:
                    work = group.create_task(self._work(number, waiting.pop()))
                    busy[work] = number
                    work.add_done_callback(ended)
                await news.wait()
        return [self._directory.records[f"{task.statement.name}\0{task.statement.hash}"] for task in tasks]

    async def _work(self, number: int, task: Task) -> None:
        self._observer.started(number, task)
        record, proof = await self._attempt(number, task)
        self._directory.add(record, proof)
        self._observer.finished(number, task, record)

    async def _attempt(self, number: int, task: Task) -> tuple[Record, str | None]:
        if task.unsupported:
            return self._record(task, Unsupported(task.unsupported, Telemetry()), None), None
        proofs = _Proofs(self._crew.judge, task.statement)
        pool = self._crew.pool
        restarts = pool.counters().restarts
        attempt = await self._solver.solve(task, proofs.confirm, lambda goal, telemetry: self._observer.searching(number, task, goal, telemetry))
        telemetry = attempt.telemetry
        telemetry.restarts += pool.counters().restarts - restarts
        telemetry.peak_mb = max(telemetry.peak_mb, round((own_peak_bytes() + pool.peak_bytes) / 1024**2, 1))
        better = await self._shortened(task, attempt)
        await pool.forget(task.statement)
        if better is not None:
            return self._record(task, attempt, better.verdict, better.script), better.text
        return self._record(task, attempt, proofs.verdict), proofs.text if isinstance(attempt, Proved) else None

    async def _shortened(self, task: Task, attempt: Attempt) -> Shortened | None:
        if not isinstance(attempt, Proved):
            return None
        return await Minimiser(self._crew.pool, self._crew.judge, self._settings).shortened(task.statement, attempt.proof)

    def _record(self, task: Task, attempt: Attempt, verdict: Verdict | None, shortened: tuple[str, ...] | None = None) -> Record:
        return record_of(task.statement, attempt, verdict, lean_version=self._crew.lean_version, shortened=shortened)


class _Proofs:
    """Sends every script that closes the statement to the judge, and keeps the last word and file."""

    def __init__(self, judge: Judge, statement: Statement) -> None:
        self._judge, self._statement = judge, statement
        self.verdict: Verdict | None = None
        self.text: str | None = None

    async def confirm(self, proof: Proof, heartbeats: int) -> bool:
        self.verdict, self.text = await self._judge.judge(self._statement, lines(proof), heartbeats=heartbeats)
        if isinstance(self.verdict, CannotJudge):
            raise Unjudged(f"no verdict on a proof: {self.verdict.reason}")
        return isinstance(self.verdict, Verified)


def own_peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
