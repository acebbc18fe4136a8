"""Two searching processes for the whole session."""

import os
from collections.abc import AsyncIterator

import pytest

from prover.lean.pool import Pool, PoolSettings
from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.stepper import StepLimits
from prover.lean.toolchain import Toolchain, cache_dir


@pytest.fixture(scope="session")
async def lean(toolchain: Toolchain) -> AsyncIterator[Pool]:
    pool = Pool(Recipe(toolchain, stepwise_program(cache_dir(os.environ))), PoolSettings(workers=2, spares=0), StepLimits(seconds=20.0))
    yield pool
    await pool.close()
