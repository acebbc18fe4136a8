"""The suite that every backend passes, on the native one: over the shims, and over a real native Lean where there is one.

The second needs `lake` on PATH and STEPWISE_NATIVE_PROJECT=DIR, a Lake project whose Lean is installed.
"""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from prover.lean.containment.policy import ALL_MEASURES, Measure
from prover.lean.judge import Judge
from prover.lean.native.lean import NativeLean
from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.stepper import StepLimits, Stepper
from prover.lean.toolchain import Toolchain, cache_dir, find_native
from prover.lean.worker import Worker
from prover.proof.statement import Statement
from prover.proof.verdict import Refused, Verified
from tests.lean.contract import BackendContract, Facts
from tests.lean.native_shims import install
from tests.lean.test_native import SHIM_MEASURES

pytestmark = pytest.mark.full

SECONDS = 5.0

FACTS = Facts(
    statement=Statement("t", "", "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q"),
    missing=Statement("bad", "", "theorem bad : Missing.thing = 1"),
    pp="p q : Prop\nhp : p\nhq : q\n⊢ p ∧ q",
    advance="constructor",
    close="all_goals assumption",
    error="exact hp hq",
    syntax_error="exact ((",
    hang="sleep 60000",
    too_long="skip" + " " * 20_000,
    seconds=SECONDS,
)


@pytest.fixture(scope="module")
def facts() -> Facts:
    return FACTS


async def stepper_on(lean: NativeLean, measures: frozenset[Measure] = ALL_MEASURES) -> AsyncIterator[Stepper]:
    recipe = Recipe(lean, stepwise_program(cache_dir(os.environ)), measures=measures)
    stepper = Stepper(Worker(recipe), StepLimits(seconds=SECONDS))
    yield stepper
    await stepper.worker.close()


@pytest.fixture(scope="module")
async def on_shims(toolchain: Toolchain, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Stepper]:
    folder = tmp_path_factory.mktemp("native")
    shims = install(folder / "toolchain", cache_dir(os.environ))
    project = folder / "project"
    project.mkdir()
    (project / "lakefile.toml").touch()
    async for stepper in stepper_on(find_native(project, shims.environ, cache=folder / "cache"), SHIM_MEASURES):
        yield stepper


class TestShims(BackendContract):
    """The native path with the embedded Lean behind it."""

    @pytest.fixture
    def backend(self, on_shims: Stepper) -> Stepper:
        return on_shims


@pytest.fixture(scope="module")
def native() -> NativeLean:
    """The Lean of the project that the environment names, with the program built."""
    project = os.environ.get("STEPWISE_NATIVE_PROJECT")
    if project is None or shutil.which("lake") is None:
        pytest.skip("a real native Lean needs `lake` on PATH and STEPWISE_NATIVE_PROJECT=DIR, a Lake project")
    lean = find_native(Path(project), os.environ)
    lean.prepare(stepwise_program(cache_dir(os.environ)))
    return lean


@pytest.fixture(scope="module")
async def on_native(native: NativeLean) -> AsyncIterator[Stepper]:
    async for stepper in stepper_on(native):
        yield stepper


class TestNative(BackendContract):
    """A real native Lean."""

    @pytest.fixture
    def backend(self, on_native: Stepper) -> Stepper:
        return on_native

    def test_the_program_was_compiled(self, native: NativeLean) -> None:
        assert native.how(stepwise_program(cache_dir(os.environ))) == "compiled"

    async def test_its_version_is_the_one_that_answers(self, native: NativeLean, backend: Stepper) -> None:
        stats = await backend.stats()
        assert stats["lean"] == native.lean_version
        assert stats["githash"].startswith(native.version_line.partition("commit ")[2].split(",")[0])

    async def test_its_judge_knows_a_proof_from_a_sorry(self, native: NativeLean) -> None:
        judge = Judge(native, stepwise_program(cache_dir(os.environ)))
        try:
            verdict, _ = await judge.judge(FACTS.statement, [FACTS.advance, FACTS.close])
            assert isinstance(verdict, Verified), verdict
            verdict, _ = await judge.judge(Statement("o", "", "theorem o (n : Nat) (h : n < 3) : n * 2 < 6"), ["omega"])
            assert isinstance(verdict, Verified), verdict
            verdict, _ = await judge.judge(FACTS.statement, ["sorry"])
            assert isinstance(verdict, Refused), verdict
        finally:
            await judge.close()

    async def test_deep_recursion_finds_a_deep_stack(self, native: NativeLean) -> None:
        stepper = Stepper(Worker(Recipe(native, stepwise_program(cache_dir(os.environ)))), StepLimits(seconds=60.0))
        try:
            state = await stepper.start(Statement("d", "", "theorem d : (List.range 5000).foldl (· + ·) 0 = 12497500"))
            assert type(await stepper.step(state, "decide +kernel")).__name__ == "Closed"
            assert stepper.worker.restarts == 0
        finally:
            await stepper.worker.close()
