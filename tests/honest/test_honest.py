"""Honest proofs of every kind must be verified: a judge that refuses them is as useless as one that accepts cheats."""

from pathlib import Path

import pytest

from prover.lean.judge import Judge
from prover.lean.stepper import Stepper
from prover.proof.verdict import STANDARD_AXIOMS, Verified

FILES = sorted(Path(__file__).parent.glob("*.lean"))


@pytest.mark.parametrize("path", [pytest.param(path, id=path.stem) for path in FILES])
async def test_an_honest_file_is_verified(path: Path, stepper: Stepper, judge: Judge) -> None:
    text = path.read_text(encoding="utf-8")
    declaration = (await stepper.scan(text))[-1]
    assert declaration.error is None
    assert declaration.proof == "given"
    verdict = await judge.judge_file(declaration.statement, text)
    assert isinstance(verdict, Verified), verdict
    assert STANDARD_AXIOMS.issuperset(verdict.axioms)


def test_the_corpus_is_whole() -> None:
    assert len(FILES) >= 30
