"""Lean processes that are killed, stopped and swollen at random cost time and nothing else: every answer is the undisturbed run's."""

import asyncio
import os

import pytest

from prover.lean.pool import Pool, PoolSettings
from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.stepper import StepLimits
from prover.lean.toolchain import Toolchain, cache_dir
from tests.lean.chaos import Workload, monkey, statements
from tests.lean.contract import family, gone


async def answers(toolchain: Toolchain, count: int, steps: int, *, disturbed: bool) -> tuple[Workload, dict[str, int]]:
    pool = Pool(
        Recipe(toolchain, stepwise_program(cache_dir(os.environ))), PoolSettings(workers=2, spares=1, memory_mb=2000), StepLimits(seconds=60.0)
    )
    workload = Workload(pool, seed=1)
    done: dict[str, int] = {}
    seen: set[int] = set()
    chosen = await statements(pool, count)
    disturber = asyncio.create_task(monkey(pool, workload, seed=2)) if disturbed else None
    try:
        await workload.run(chosen, steps)
        for worker in pool.workers:
            seen.update(family(worker.pid) if worker.pid else [])
    finally:
        if disturber is not None:
            disturber.cancel()
            done = await disturber
        await pool.close()
    assert await gone(seen), "a process was left behind"
    return workload, done


@pytest.mark.parametrize(("count", "steps"), [(6, 10), pytest.param(100, 20, marks=pytest.mark.full)])
async def test_a_disturbed_run_answers_as_an_undisturbed_one(toolchain: Toolchain, count: int, steps: int) -> None:
    undisturbed, _ = await answers(toolchain, count, steps, disturbed=False)
    disturbed, done = await answers(toolchain, count, steps, disturbed=True)
    assert undisturbed.steps == disturbed.steps == count * steps
    assert sum(done.values()) >= count * steps // 60, f"hardly disturbed ({done}): the test proves nothing"
    differing = {
        name: next((mine, theirs) for mine, theirs in zip(wanted, disturbed.answers[name], strict=True) if mine != theirs)
        for name, wanted in undisturbed.answers.items()
        if wanted != disturbed.answers[name]
    }
    assert not differing
