"""Real Lean for the whole session: searching processes, alone and as a pool, and a judging one, started once and only when a test asks."""

import os
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from prover.lean.judge import Judge
from prover.lean.pool import Pool, PoolSettings
from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.stepper import StepLimits, Stepper
from prover.lean.toolchain import Toolchain, cache_dir, provision_embedded
from prover.lean.worker import Worker

SHARED_DATA = Path(__file__).parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def toolchain() -> Toolchain:
    """The embedded Lean, provisioned for real where it is not there yet."""
    cache = cache_dir(os.environ)
    toolchain = provision_embedded(cache)
    toolchain.prepare(stepwise_program(cache))
    return toolchain


@pytest.fixture(scope="session")
async def stepper(toolchain: Toolchain) -> AsyncIterator[Stepper]:
    stepper = Stepper(Worker(Recipe(toolchain, stepwise_program(cache_dir(os.environ)))), StepLimits(seconds=20.0))
    yield stepper
    await stepper.worker.close()


@pytest.fixture(scope="session")
async def lean(toolchain: Toolchain) -> AsyncIterator[Pool]:
    pool = Pool(Recipe(toolchain, stepwise_program(cache_dir(os.environ))), PoolSettings(workers=2, spares=0), StepLimits(seconds=20.0))
    yield pool
    await pool.close()


@pytest.fixture(scope="session")
async def judge(toolchain: Toolchain) -> AsyncIterator[Judge]:
    judge = Judge(toolchain, stepwise_program(cache_dir(os.environ)))
    yield judge
    await judge.close()


@pytest.fixture(scope="session")
def minif2f_valid() -> Path:
    path = SHARED_DATA / "minif2f_valid.jsonl"
    if not path.exists():
        pytest.skip("miniF2F is not part of the project: no minif2f_valid.jsonl in ../shared/data")
    return path
