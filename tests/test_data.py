"""The bundled statements are what their README says, and true."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from prover.cli.targets import CORE_HEADER
from prover.lean.judge import Judge
from prover.lean.stepper import SourceError, Stepper
from prover.proof.step import Closed
from prover.proof.verdict import Verified
from prover.resources import resource

DATA = resource("data")
ROWS: list[dict[str, Any]] = [json.loads(line) for line in (DATA / "core.jsonl").read_text(encoding="utf-8").splitlines()]


def test_names_are_unique_and_sorted_and_fields_complete() -> None:
    names = [row["name"] for row in ROWS]
    assert names == sorted(set(names))
    for row in ROWS:
        assert row.keys() == {"name", "split", "topic", "grade", "needs", "header", "statement"}
        assert row["split"] in ("valid", "test")
        assert row["grade"] in range(1, 6)
        assert row["statement"].startswith(f"theorem {row['name']}")
        assert row["statement"].endswith(":= by sorry")


def test_there_are_enough_of_every_kind_and_the_splits_are_alike() -> None:
    assert len(ROWS) >= 150
    assert sum(row["needs"] in ("induction", "cases") for row in ROWS) >= 30
    for field in ("topic", "grade"):
        by_split = {split: Counter(row[field] for row in ROWS if row["split"] == split) for split in ("valid", "test")}
        assert all(abs(by_split["valid"][value] - by_split["test"][value]) <= 2 for value in by_split["valid"] | by_split["test"])


def test_proofs_of_the_test_split_are_not_in_the_project() -> None:
    test_names = {row["name"] for row in ROWS if row["split"] == "test"}
    proofs = {path.stem for path in (DATA / "proofs").rglob("*.lean")}
    assert proofs == {row["name"] for row in ROWS if row["split"] == "valid"}
    assert not proofs & test_names


@pytest.mark.full
async def test_every_statement_elaborates_and_half_need_more_than_one_tactic(stepper: Stepper) -> None:
    single = 0
    for row in ROWS:
        (found,) = await stepper.scan(f"{row['header']}\n{row['statement']}\n")
        state = await stepper.start(found.statement)
        for tactic in ("omega", "simp", "rfl", "decide", "simp_all", "grind"):
            if isinstance(await stepper.step(state, tactic), Closed):
                single += 1
                break
        await stepper.forget(found.statement)
    assert single <= len(ROWS) / 2


@pytest.mark.full
@pytest.mark.parametrize("path", sorted((DATA / "proofs" / "valid").glob("*.lean")), ids=lambda path: path.stem)
async def test_every_proof_of_the_valid_split_is_verified(judge: Judge, stepper: Stepper, path: Path) -> None:
    row = next(row for row in ROWS if row["name"] == path.stem)
    (asked,) = await stepper.scan(f"{row['header']}\n{row['statement']}\n")
    assert isinstance(await judge.judge_file(asked.statement, path.read_text(encoding="utf-8")), Verified)


@pytest.mark.full
async def test_core_lean_can_express_sixty_of_minif2f_valid(stepper: Stepper, minif2f_valid: Path) -> None:
    supported = 0
    for line in minif2f_valid.read_text(encoding="utf-8").splitlines():
        try:
            found = await stepper.scan(json.loads(line)["statement"], header=CORE_HEADER)
        except SourceError:
            continue
        supported += found[-1].error is None
    assert supported == 60
