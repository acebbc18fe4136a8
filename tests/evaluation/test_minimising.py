"""What takes the place of a proof is verified; otherwise nothing does."""

from dataclasses import replace

import pytest

from prover.config import MinimiseConfig
from prover.evaluation.minimising import Minimiser
from prover.evaluation.record import record_of
from prover.lean.judge import Judge
from prover.lean.stepper import Stepper
from prover.proof.attempt import Proved, Telemetry
from prover.proof.script import path
from prover.proof.statement import Statement
from prover.proof.verdict import Refused, Verdict, Verified

STATEMENT = Statement("t", "", "theorem t (n : Nat) (h : n % 5 = 3) : 2 * n % 5 = 1")
RAW = ("have k := h", "first | decide | omega")
SETTINGS = MinimiseConfig(seconds=60.0)


async def test_the_shorter_proof_is_verified_and_the_raw_one_recorded(stepper: Stepper, judge: Judge) -> None:
    better = await Minimiser(stepper, judge, SETTINGS).shortened(STATEMENT, path(RAW))
    assert better is not None
    assert isinstance(better.verdict, Verified)
    assert better.script == ("omega",)
    assert better.text.endswith(":= by\n  omega\n")
    record = record_of(STATEMENT, Proved(path(RAW), 100, Telemetry()), better.verdict, lean_version="4.28.0", shortened=better.script)
    assert (record["proof"], record["raw_proof"], record["status"]) == (["omega"], list(RAW), "proved")


async def test_without_a_shorter_proof_the_record_has_the_raw_one_twice(judge: Judge, stepper: Stepper) -> None:
    assert await Minimiser(stepper, judge, SETTINGS).shortened(STATEMENT, path(["omega"])) is None
    record = record_of(STATEMENT, Proved(path(["omega"]), 100, Telemetry()), None, lean_version="4.28.0")
    assert record["proof"] == record["raw_proof"] == ["omega"]


async def test_what_the_judge_refuses_is_not_used(stepper: Stepper, judge: Judge, monkeypatch: pytest.MonkeyPatch) -> None:
    original = judge.judge

    async def refuse(*arguments: object, **more: object) -> tuple[Verdict, str]:
        verdict, text = await original(STATEMENT, RAW)
        return Refused("for the test", (), replace(verdict.circumstances)), text

    monkeypatch.setattr(judge, "judge", refuse)
    assert await Minimiser(stepper, judge, SETTINGS).shortened(STATEMENT, path(RAW)) is None


async def test_switched_off_it_does_nothing(stepper: Stepper, judge: Judge) -> None:
    assert await Minimiser(stepper, judge, MinimiseConfig(enabled=False)).shortened(STATEMENT, path(RAW)) is None
