"""The embedded Lean keeps the contract of every backend."""

import os
from collections.abc import AsyncIterator

import pytest

from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.stepper import StepLimits, Stepper
from prover.lean.toolchain import Toolchain, cache_dir
from prover.lean.worker import Worker
from prover.proof.statement import Statement
from tests.lean.contract import BackendContract, Facts

SECONDS = 5.0


@pytest.fixture
def facts() -> Facts:
    return Facts(
        statement=Statement("both", "", "theorem both (p q : Prop) (hp : p) (hq : q) : p ∧ q"),
        missing=Statement("none", "", "theorem none : Nat.there_is_no_such_thing = 1"),
        pp="p q : Prop\nhp : p\nhq : q\n⊢ p ∧ q",
        advance="constructor",
        close="all_goals assumption",
        error="exact False.elim hp",
        syntax_error="exact hp)",
        hang="have : (List.range 100000000).foldl (· + ·) 0 = 1 := by decide +kernel",
        too_long="exact " + "(" * 10_000 + "hp" + ")" * 10_000,
        seconds=SECONDS,
    )


@pytest.fixture(scope="module")
async def backend(toolchain: Toolchain) -> AsyncIterator[Stepper]:
    stepper = Stepper(Worker(Recipe(toolchain, stepwise_program(cache_dir(os.environ)))), StepLimits(seconds=SECONDS))
    yield stepper
    await stepper.worker.close()


class TestEmbeddedLean(BackendContract):
    """Kernel evaluation counts no heartbeats, hence the hang; nothing is known to crash it."""
