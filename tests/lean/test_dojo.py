"""The real lean-dojo client, on a scripted Lean, keeps the contract of every backend; and its known faults stay mended.

`make test-dojo` runs it; the other environments have no lean-dojo.
"""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from prover.lean.dojo.lean import PROGRAM, DojoLean, dojo_statement, find_dojo
from prover.lean.process import Recipe
from prover.lean.stepper import SourceError, StepLimits, Stepper
from prover.lean.worker import Worker
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Crashed, Rejected
from tests.lean.contract import BackendContract, Facts, family, gone
from tests.lean.fake_lake import FIRST, SPLIT
from tests.lean.traced_repository import COMMIT, FILE, URL, write_traced_repository

pytest.importorskip("lean_dojo", reason="lean-dojo is not installed here: run `make test-dojo`")

SECONDS = 2.0
BOTH = dojo_statement(URL, COMMIT, FILE, "both")


@pytest.fixture(scope="module")
def dojo(tmp_path_factory: pytest.TempPathFactory) -> DojoLean:
    """lean-dojo with one traced repository, and a `lake` that is a script."""
    folder = tmp_path_factory.mktemp("dojo")
    write_traced_repository(folder / "cache")
    lake = folder / "bin" / "lake"
    lake.parent.mkdir()
    shutil.copy(Path(__file__).with_name("fake_lake.py"), lake)
    lake.write_text(f"#!{sys.executable}\n" + lake.read_text(encoding="utf-8"), encoding="utf-8")
    lake.chmod(lake.stat().st_mode | stat.S_IXUSR)
    return find_dojo({**os.environ, "PATH": f"{lake.parent}:{os.environ['PATH']}"}, folder / "cache")


@pytest.fixture(scope="module")
async def backend(dojo: DojoLean) -> AsyncIterator[Stepper]:
    stepper = Stepper(Worker(Recipe(dojo, PROGRAM)), StepLimits(seconds=SECONDS))
    yield stepper
    await stepper.worker.close()


@pytest.fixture
def facts() -> Facts:
    return Facts(
        statement=BOTH,
        missing=dojo_statement(URL, COMMIT, FILE, "none"),
        pp=FIRST,
        advance="constructor",
        close="all_goals assumption",
        error="exact False.elim hp",
        syntax_error="exact hp)",
        hang=f"hang {SECONDS + 1}",
        too_long="exact " + "h" * 5000,
        seconds=SECONDS,
        crash="crash",
    )


class TestLeanDojo(BackendContract):
    """One process of our own, one `lake` on its terminal, one `lean` below that."""


async def test_goals_are_the_texts_of_leandojo(backend: Stepper) -> None:
    step = await backend.step(await backend.start(BOTH), "constructor")
    assert isinstance(step, Advanced)
    assert step.state.pp == SPLIT
    assert [goal.case for goal in step.state.goals] == ["left", "right"]
    assert step.state.groups == ((0, 1),)
    assert step.cost.lean_seconds > 0


@pytest.mark.parametrize(
    ("tactic", "kind", "message"),
    [
        ("exact hp)", "parse", "<stdin>:1:8: expected end of input"),
        ("sorry", "sorry", "proof contains `sorry`"),
        ("exact ?x", "metavariables", "proof contains metavariables"),
        ("print", "error", "printed"),
        ("unreadable", "error", "LeanDojo cannot read the state after this tactic"),
        ("a\x7fb\x03\x04\n\tc", "error", r"unknown tactic: 8 bytes, 'a\x7fb\x03\x04\n\tc'"),
        ("simp [ℕ]", "error", r"unknown tactic: 10 bytes, 'simp [\u2115]'"),
    ],
)
async def test_what_is_not_a_new_state_is_a_rejection(backend: Stepper, tactic: str, kind: str, message: str) -> None:
    state = await backend.start(BOTH)
    step = await backend.step(state, tactic)
    assert isinstance(step, Rejected), step
    assert (step.kind, step.message) == (kind, message)
    assert isinstance(await backend.step(state, "constructor"), Advanced)


async def test_the_longest_tactic_arrives_whole(backend: Stepper) -> None:
    state = await backend.start(BOTH)
    sizes = []
    for size in range(4040, 4100):
        step = await backend.step(state, "h" * size)
        assert isinstance(step, Rejected), step
        if step.kind == "error":
            assert step.message == f"unknown tactic: {size} bytes, '{'h' * 20}'"
            sizes.append(size)
    assert sizes == list(range(4040, 4040 + len(sizes)))
    assert 0 < len(sizes) < 60


async def test_a_state_of_many_reads_is_whole(backend: Stepper) -> None:
    step = await backend.step(await backend.start(BOTH), "big")
    assert isinstance(step, Advanced)
    assert len(step.state.goals[0].hypotheses) == 2001


@pytest.mark.parametrize("tactic", ["forge", "forge an error"])
async def test_a_forged_reply_cannot_shift_the_ones_after_it(backend: Stepper, tactic: str) -> None:
    state = await backend.start(BOTH)
    before = backend.worker.pid
    await backend.step(state, tactic)
    for _ in range(3):
        assert isinstance(await backend.step(state, "constructor"), Advanced)
        assert isinstance(await backend.step(state, "exact hp)"), Rejected)
    assert backend.worker.pid != before, "nothing that this process says can be trusted any more"


@pytest.mark.parametrize("number", [-1, -2], ids=["lean", "lake"])
async def test_a_lean_that_is_killed_alone_costs_time_and_nothing_else(backend: Stepper, number: int) -> None:
    """As the kernel does when memory runs out."""
    state = await backend.start(BOTH)
    assert isinstance(await backend.step(state, "constructor"), Advanced)
    processes = family(backend.worker.pid)
    assert len(processes) in (3, 4), f"our process (and the keeper of its namespace), lake, lean: {processes}"
    os.kill(processes[number], signal.SIGKILL)
    # Lean may answer once more before the end of `lake` reaches it.
    assert isinstance(await backend.step(state, "constructor"), Advanced)
    assert await gone(processes[-2:])
    assert isinstance(await backend.step(state, "constructor"), Advanced)


async def test_another_theorem_replaces_the_lean_and_the_first_one_comes_back(backend: Stepper) -> None:
    state = await backend.start(BOTH)
    before = family(backend.worker.pid)
    other = await backend.start(dojo_statement(URL, COMMIT, FILE, "again"))
    assert backend.worker.pid == before[0]
    assert await gone(before[-2:])
    assert isinstance(await backend.step(other, "constructor"), Advanced)
    split = await backend.step(state, "constructor")
    assert isinstance(split, Advanced)
    assert isinstance(await backend.step(split.state, "all_goals assumption"), Closed)


@pytest.mark.parametrize(
    ("statement", "kind", "message"),
    [
        (Statement("x", "import Mathlib", "x"), "syntax", "not a header for LeanDojo"),
        (dojo_statement(URL, "v4.10.0", FILE, "both"), "syntax", "whole commit hash"),
        (dojo_statement(URL, COMMIT[::-1], FILE, "both"), "import", "not traced"),
        (dojo_statement(URL, COMMIT, "Traced/Other.lean", "both"), "import", "no traced file"),
        (dojo_statement(URL, "1" * 40, FILE, "both"), "import", "before 4.19 only"),
        (dojo_statement(URL, COMMIT, FILE, "none"), "elaboration", "none"),
        (dojo_statement(URL, COMMIT, FILE, "data"), "elaboration", "not_a_theorem"),
    ],
)
async def test_what_cannot_be_started_says_why(backend: Stepper, dojo: DojoLean, statement: Statement, kind: str, message: str) -> None:
    if "1" * 40 in statement.header and not (dojo.cache / f"stepwise-tests-traced-{'1' * 40}").exists():
        write_traced_repository(dojo.cache, lean="4.19.0", commit="1" * 40)
    await backend.stats()
    process = backend.worker.pid
    with pytest.raises(SourceError, match=message) as caught:
        await backend.start(statement)
    assert caught.value.kind == kind
    assert backend.worker.pid == process


async def test_nothing_stays_in_the_repository(backend: Stepper, dojo: DojoLean) -> None:
    await backend.start(BOTH)
    assert [path.name for path in dojo.cache.rglob("*.lean")].count("Basic.lean") >= 1
    assert [path.name for path in dojo.cache.rglob("Basic*.lean") if path.name != "Basic.lean"] == []


PARENT = """
import asyncio, os, signal, sys
from pathlib import Path
from prover.lean.dojo.lean import PROGRAM, find_dojo
from prover.lean.process import Recipe
from prover.lean.stepper import Stepper
from prover.lean.worker import Worker
from tests.lean.test_dojo import BOTH

async def main():
    if "nohup" in sys.argv:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
    stepper = Stepper(Worker(Recipe(find_dojo(os.environ, Path(sys.argv[1])), PROGRAM)))
    state = await stepper.start(BOTH)
    print(stepper.worker.pid, flush=True)
    await stepper.step(state, "hang 600")

asyncio.run(main())
"""


@pytest.mark.parametrize("mode", ["plain", "nohup"])
@pytest.mark.parametrize("victim", ["parent", "stepper"])
async def test_no_lean_outlives_a_kill_while_a_tactic_runs(dojo: DojoLean, mode: str, victim: str) -> None:
    environ = {**os.environ, "PATH": dojo.environ["PATH"], "PYTHONPATH": str(Path(__file__).parents[2])}
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(dojo.cache), mode], env=environ, stdout=subprocess.PIPE, text=True)
    try:
        assert parent.stdout is not None
        stepper = int(await asyncio.to_thread(parent.stdout.readline))
        processes = family(stepper)
        assert len(processes) in (3, 4), "our process (and the keeper of its namespace), lake, lean"
        await asyncio.sleep(0.3)
        os.kill(parent.pid if victim == "parent" else stepper, signal.SIGKILL)
        assert await gone(processes)
    finally:
        parent.kill()
        parent.wait()
        if parent.stdout is not None:
            parent.stdout.close()


async def test_a_tactic_costs_about_a_millisecond(backend: Stepper) -> None:
    """67 ms with lean-dojo as it comes."""
    state = await backend.start(BOTH)
    times = []
    for _ in range(200):
        began = time.perf_counter()
        await backend.step(state, "constructor")
        times.append(time.perf_counter() - began)
    assert sorted(times)[100] < 0.03


async def test_a_judge_is_told_that_this_is_none(backend: Stepper) -> None:
    reply = await backend.worker.request({"op": "judge", "header": BOTH.header, "declaration": BOTH.declaration, "file": "", "bodies": 0}, 5)
    assert reply["status"] == "cannot_judge"


async def test_a_lean_that_dies_is_reported_with_what_it_said(backend: Stepper) -> None:
    step = await backend.step(await backend.start(BOTH), "crash")
    assert isinstance(step, Crashed)
