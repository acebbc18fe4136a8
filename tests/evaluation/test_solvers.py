"""Statements at once: as many as there are places for, whatever becomes of the places while a run goes on."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from prover.cache.off import NoCache
from prover.config import Settings
from prover.evaluation.run_directory import RunDirectory
from prover.evaluation.runner import Crew, Run
from prover.evaluation.solvers import TeamSolver, Watch
from prover.evaluation.tasks import Task
from prover.lean.counters import Counters
from prover.proof.attempt import Attempt, Exhausted, Faulted, OutOfBudget, Proved, Telemetry
from prover.proof.script import Proof
from prover.proof.statement import Statement
from prover.search.best_first import Confirm
from prover.team.sharing import Sharing
from tests.search.scripted import Words
from tests.team.equipment import WordProvers


def task(name: str) -> Task:
    return Task(Statement(name, "", f"theorem {name}"), "here")


@pytest.fixture
async def directory(tmp_path: Path) -> AsyncIterator[RunDirectory]:
    directory = RunDirectory(tmp_path, {})
    yield directory
    directory.close()


def solver_of(provers: WordProvers, directory: RunDirectory, seconds: float) -> TeamSolver:
    settings = Settings.model_validate({"budget": {"seconds": seconds}})
    return TeamSolver(provers, Sharing(NoCache(), provers.lean), None, settings, directory, lean={}, policy="words")


async def solved(solver: TeamSolver) -> Attempt:
    async def sure(proof: Proof, heartbeats: int) -> bool:
        return True

    return await solver.solve(task("t"), sure, lambda goal, telemetry: None)


async def test_a_theorem_that_waits_for_a_place_goes_on_when_a_host_comes(directory: RunDirectory) -> None:
    provers = WordProvers(0)
    solver = solver_of(provers, directory, 60)
    attempt = asyncio.create_task(solved(solver))
    await asyncio.sleep(0.05)
    assert not attempt.done()
    provers.places = 4
    solver.places_changed()
    assert isinstance(await asyncio.wait_for(attempt, 10), Proved)


@pytest.mark.parametrize(("places", "kind"), [((2, 4, 2), OutOfBudget), ((0,), Faulted), ((2, 0, 2), Faulted), ((2, 0), Faulted)])
async def test_time_without_any_host_is_a_fault_and_no_failure(places: tuple[int, ...], kind: type[Attempt], directory: RunDirectory) -> None:
    provers = WordProvers(places[0])
    provers.lean = Words(lambda word, tactic: None, "stuck")  # type: ignore[assignment]
    solver = solver_of(provers, directory, 0.2)
    attempt = asyncio.create_task(solved(solver))
    for provers.places in places[1:]:
        await asyncio.sleep(0.02)
        solver.places_changed()
    assert isinstance(await attempt, kind)


class Growing:
    """Solves nothing, and nothing to its end before it is told."""

    def __init__(self) -> None:
        self.at_once = 1
        self.tried: list[str] = []
        self.wake: Callable[[], None] = lambda: None
        self.enough = asyncio.Event()

    def on_change(self, wake: Callable[[], None]) -> None:
        self.wake = wake

    async def solve(self, task: Task, confirm: Confirm, watch: Watch) -> Attempt:
        self.tried.append(task.statement.name)
        await self.enough.wait()
        return Exhausted(Telemetry())


class Silent:
    def __getattr__(self, name: str) -> Any:
        return lambda *arguments: None


async def _forget(statement: Statement) -> None: ...


async def test_a_run_takes_up_more_statements_as_soon_as_more_can_be_tried_at_once(directory: RunDirectory) -> None:
    solver = Growing()
    pool = SimpleNamespace(counters=Counters, peak_bytes=0, forget=_forget)
    crew = Crew(pool, None, "4.28.0")  # type: ignore[arg-type]
    tasks = [task(name) for name in "abcde"]
    run = asyncio.create_task(Run(crew, solver, Settings().minimise, directory, Silent()).prove(tasks))
    for at_once, tried in [(1, "a"), (3, "abc"), (2, "abc"), (4, "abcd")]:
        solver.at_once = at_once
        solver.wake()
        await asyncio.sleep(0.02)
        assert "".join(solver.tried) == tried
    solver.enough.set()
    records = await asyncio.wait_for(run, 10)
    assert [record["name"] for record in records] == list("abcde")
