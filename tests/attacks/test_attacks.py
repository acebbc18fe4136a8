"""Every way to cheat that we know, tried on the judge for real: none may be verified.

Each folder has a statement (`Challenge.lean`), a finished file that cheats (`Solution.lean`), perhaps a file judged before it
in the same process (`Before.lean`), perhaps the cheat as one tactic (`tactic.lean`), and what to expect (`attack.toml`).
"""

import tomllib
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from prover.lean.embedded.lean import EmbeddedLean
from prover.lean.judge import Judge
from prover.lean.program import stepwise_program
from prover.lean.stepper import Stepper
from prover.lean.toolchain import Toolchain
from prover.proof.statement import Statement
from prover.proof.step import Closed
from prover.proof.verdict import Refused, Verdict, Verified, status

FOLDER = Path(__file__).parent
EXPECTATIONS = ("refused", "cannot_judge", "not verified")
SLOW_SECONDS = 25.0
"""For attacks that never end: long enough for every other one."""


@dataclass(frozen=True)
class Attack:
    """One folder.

    Attributes:
        row: in the table of known cheats (README.md), 0 for our own.
        expected: refused, cannot_judge, or not verified where either may happen.
        reason: part of the reason that the judge gives.
        slow: it uses up a deadline, or much memory.
        fresh: it needs, or leaves behind, a judge of its own.
    """

    folder: Path
    row: int
    what: str
    expected: str
    reason: str = ""
    slow: bool = False
    fresh: bool = False

    def text(self, name: str) -> str | None:
        path = self.folder / name
        return path.read_text(encoding="utf-8") if path.exists() else None


def read(folder: Path) -> Attack:
    return Attack(folder, **tomllib.loads((folder / "attack.toml").read_text(encoding="utf-8")))


ATTACKS = [read(path.parent) for path in sorted(FOLDER.glob("*/attack.toml"))]


def parameters(attacks: list[Attack]) -> list[object]:
    return [pytest.param(a, id=a.folder.name, marks=[pytest.mark.full] if a.slow else []) for a in attacks]


async def statement_of(stepper: Stepper, attack: Attack) -> Statement:
    challenge = attack.text("Challenge.lean")
    assert challenge is not None
    (declaration,) = await stepper.scan(challenge)
    assert declaration.error is None
    assert declaration.proof == "sorry"
    return declaration.statement


@pytest.fixture(scope="module")
async def impatient(toolchain: Toolchain) -> AsyncIterator[Judge]:
    """A judge for attacks that take all the time there is. Like every judge it starts nothing before it is asked."""
    judge = Judge(toolchain, stepwise_program(cache_of(toolchain)), seconds=SLOW_SECONDS)
    yield judge
    await judge.close()


@pytest.fixture
async def own(attack: Attack, toolchain: Toolchain, judge: Judge, impatient: Judge) -> AsyncIterator[Judge]:
    """The session's judge, an impatient one, or one that nobody used before and nobody will use after."""
    if attack.fresh:
        fresh = Judge(toolchain, stepwise_program(cache_of(toolchain)))
        fresh.warm_up()
        yield fresh
        await fresh.close()
    else:
        yield impatient if attack.slow else judge


def cache_of(toolchain: Toolchain) -> Path:
    """The cache folder in which the toolchain of the tests was provisioned."""
    assert isinstance(toolchain, EmbeddedLean)
    return toolchain.prefix.parents[1]


@pytest.fixture
def library(toolchain: Toolchain) -> Iterator[Path]:
    """Lean's library folder, without what an attack may have written into it."""
    assert isinstance(toolchain, EmbeddedLean)
    folder = toolchain.prefix / "lib" / "lean"
    yield folder
    for left in folder.glob("StepwiseAttack*"):
        left.unlink()


def check(attack: Attack, verdict: Verdict) -> None:
    assert not isinstance(verdict, Verified), attack.what
    if attack.expected != "not verified":
        assert status(verdict) == attack.expected, verdict
    assert attack.reason in verdict.reason


@pytest.mark.parametrize("attack", parameters(ATTACKS))
async def test_a_file_that_cheats_is_not_verified(attack: Attack, stepper: Stepper, own: Judge, library: Path) -> None:
    statement = await statement_of(stepper, attack)
    before, solution = attack.text("Before.lean"), attack.text("Solution.lean")
    assert solution is not None
    if before is not None:
        assert not isinstance(await own.judge_file(statement, before), Verified)
    check(attack, await own.judge_file(statement, solution))


@pytest.mark.parametrize("attack", parameters([a for a in ATTACKS if a.text("tactic.lean") is not None]))
async def test_a_tactic_that_cheats_is_not_verified(attack: Attack, stepper: Stepper, own: Judge) -> None:
    statement = await statement_of(stepper, attack)
    tactic = (attack.text("tactic.lean") or "").strip()
    step = await stepper.step(await stepper.start(statement), tactic)
    if isinstance(step, Closed):
        verdict, _ = await own.judge(statement, step.tactics)
        assert not isinstance(verdict, Verified), attack.what
    verdict, _ = await own.judge(statement, [tactic])
    assert not isinstance(verdict, Verified), attack.what


async def test_the_judge_is_still_sound_and_awake_after_all_of_them(stepper: Stepper, judge: Judge) -> None:
    """The canary: a harness that accepts everything, or refuses everything, fails here."""
    statement = await statement_of(stepper, next(a for a in ATTACKS if a.folder.name == "canary"))
    assert isinstance((await judge.judge(statement, ["rfl"]))[0], Refused)
    true = Statement("target", "import Std\n", "theorem target : (2 : Nat) + 2 = 4")
    assert isinstance((await judge.judge(true, ["rfl"]))[0], Verified)


def test_the_corpus_is_whole() -> None:
    folders = {path.name for path in FOLDER.iterdir() if path.is_dir() and not path.name.startswith("__")}
    assert folders == {a.folder.name for a in ATTACKS}
    assert len(ATTACKS) >= 45
    assert all(a.expected in EXPECTATIONS and a.what.endswith(".") for a in ATTACKS)
    listed = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert not [name for name in folders if f"`{name}`" not in listed]
