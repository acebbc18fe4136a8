"""`prover prove` with a team, a cache, a cluster: what is kept, what is said, what is refused."""

import json
from pathlib import Path

import pytest

from prover.cache.embedded import Embedded
from prover.lean.toolchain import Toolchain
from tests.cli.test_prove import EASY, prover

PARITY = """def isEven : Nat → Bool
  | 0 => true
  | 1 => false
  | n + 2 => isEven n

theorem sum_of_even (m n : Nat) (hm : isEven m = true) (hn : isEven n = true) : isEven (m + n) = true := by sorry
theorem out_of_reach (n m : Nat) (hn : 0 < n) : n * (n + 1) * (n + 2) ≠ m * m := by sorry
"""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--cache", "redis://127.0.0.1:1"], "redis://127.0.0.1:1 cannot be reached"),
        (["--cache", "http://127.0.0.1"], "no address of a Redis server"),
        (["--planner", "llm", "--set", "planner.retries=0", "--set", "planner.endpoints=http://127.0.0.1:1/v1"], "127.0.0.1:1"),
        (["--planner", "oracle"], "--planner"),
        (["--cluster", "127.0.0.1:1"], "no cluster answers at 127.0.0.1:1"),
        (["--planner", "structural", "--graphs"], "--graphs is for one search alone"),
        (["--set", "team.rounds=0"], "team.rounds"),
    ],
)
def test_what_cannot_be_used_is_said_in_one_line(toolchain: Toolchain, tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "ok.lean").write_text(EASY)
    done = prover("prove", "ok.lean", *arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.splitlines()
    assert message in line


@pytest.mark.full
def test_a_team_keeps_its_plans_and_the_best_partial_proof(toolchain: Toolchain, tmp_path: Path) -> None:
    (tmp_path / "parity.lean").write_text(PARITY)
    options = ["--planner", "structural", "--timeout", "25", "--workers", "1", "--set", "team.direct_seconds=1", "--out", "run"]
    done = prover("prove", "parity.lean", *options, cwd=tmp_path)
    assert done.returncode == 1, done.stderr
    records = {record["name"]: record for record in map(json.loads, (tmp_path / "run" / "results.jsonl").read_text().splitlines())}
    assert records["out_of_reach"]["status"] == "out_of_budget"
    assert records["out_of_reach"]["telemetry"]["plans"] + records["out_of_reach"]["telemetry"]["plans_rejected"] > 0
    account = json.loads((tmp_path / "run" / "plans" / "out_of_reach.json").read_text())
    [theorem] = [problem for problem in account["problems"] if problem["name"] == "theorem"]
    assert theorem["plans"] or theorem["rejected"]
    for partial in (tmp_path / "run" / "partial").glob("*.lean"):
        assert partial.read_text().startswith("-- Not a proof: ")


@pytest.mark.full
async def test_what_one_run_proves_the_next_does_not_search_for(toolchain: Toolchain, tmp_path: Path) -> None:
    (tmp_path / "easy.lean").write_text(EASY)
    cache = tmp_path / "proofs"
    async with Embedded.at(cache) as server:
        socket = server.address.rpartition("/")[2]
        options = ["--workers", "1", "--no-minimise", "--cache", f"unix://{cache}/{socket}"]
        first = prover("prove", "easy.lean", *options, "--out", "first", cwd=tmp_path)
        second = prover("prove", "easy.lean", *options, "--out", "second", cwd=tmp_path)
    assert (first.returncode, second.returncode) == (0, 0), second.stderr
    records = [json.loads(line) for line in (tmp_path / "second" / "results.jsonl").read_text().splitlines()]
    assert all((r["telemetry"]["cache_hits"], r["expansions"], r["verdict"]["status"]) == (1, 0, "verified") for r in records)
