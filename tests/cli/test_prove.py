"""`prover` as a person runs it: exit codes, one-line errors, and a run that survives being killed."""

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import pytest

from prover.lean.toolchain import Toolchain
from prover.proof.attempt import Telemetry

PROVER = [sys.executable, "-m", "prover"]
EASY = """theorem a (n : Nat) (h : n % 5 = 3) : 2 * n % 5 = 1 := by sorry
theorem b (p q : Prop) (hp : p) (hq : q) : q ∧ p := by sorry
theorem c (f : Nat → Nat) (h0 : f 0 = 0) (h : ∀ n, f (n + 1) = f n + 2) (n : Nat) : f n = 2 * n := by sorry
theorem d (xs : List Nat) : xs.reverse.reverse = xs := by sorry
theorem e : (2 : Nat) + 2 = 4 := by sorry
"""


def prover(*arguments: str, cwd: Path, stdin: str = "", timeout: float = 300) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*PROVER, *arguments], cwd=cwd, input=stdin, capture_output=True, text=True, timeout=timeout, check=False)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["prove"], "nothing to prove"),
        (["prove", "missing.lean"], "missing.lean: no such file"),
        (["prove", "ok.lean", "--workers", "0"], "--workers"),
        (["prove", "ok.lean", "--timeout", "-1"], "--timeout"),
        (["prove", "ok.lean", "--set", "lean.workers=0"], "lean.workers"),
        (["prove", "ok.lean", "--config", "none.toml"], "none.toml"),
        (["prove", "ok.lean", "--header", "none.txt"], "none.txt"),
        (["prove", "ok.lean", "--project", "."], "lakefile"),
        (["prove", "ok.lean", "--out", "ok.lean/run"], "ok.lean/run"),
        (["prove", "ok.lean", "--lean", "coq"], "--lean"),
        (["check"], "FILE"),
        (["check", "missing.lean"], "missing.lean: no such file"),
        (["nonsense"], "nonsense"),
    ],
)
def test_what_cannot_be_done_ends_in_one_clear_line_and_exit_code_2(toolchain: Toolchain, tmp_path: Path, arguments: list[str], message: str) -> None:
    (tmp_path / "ok.lean").write_text(EASY)
    done = prover(*arguments, cwd=tmp_path)
    assert done.returncode == 2, done.stderr
    (line,) = done.stderr.splitlines()
    assert message in line


def test_a_statement_on_the_command_line_prints_its_proof(toolchain: Toolchain, tmp_path: Path) -> None:
    done = prover("prove", "--statement", "theorem t (n : Nat) (h : n % 5 = 3) : 2 * n % 5 = 1", "--workers", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "omega"
    assert "1 of 1 proved and verified" in done.stderr


@dataclass(frozen=True)
class KilledRun:
    """A run over five theorems, killed with SIGKILL after its first result, and repeated."""

    folder: Path
    children: list[int]
    before: list[str]
    after: list[dict[str, Any]]


@pytest.fixture(scope="module")
def run(toolchain: Toolchain, tmp_path_factory: pytest.TempPathFactory) -> KilledRun:
    folder = tmp_path_factory.mktemp("killed")
    (folder / "easy.lean").write_text(EASY)
    arguments = ["prove", "easy.lean", "--workers", "1", "--out", "run", "--json", "records.jsonl"]
    results = folder / "run" / "results.jsonl"
    process = subprocess.Popen([*PROVER, *arguments], cwd=folder, stderr=subprocess.PIPE, start_new_session=True)
    deadline = time.monotonic() + 240
    while not (results.exists() and results.read_text().count("\n") >= 1):
        assert time.monotonic() < deadline
        assert process.poll() is None, process.stderr.read().decode() if process.stderr else ""
        time.sleep(0.02)
    children = [int(pid) for pid in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split()]
    os.kill(process.pid, signal.SIGKILL)
    process.wait()
    before = results.read_text().splitlines()
    done = prover(*arguments, cwd=folder)
    assert done.returncode == 0, done.stderr
    return KilledRun(folder, children, before, [json.loads(line) for line in results.read_text().splitlines()])


def test_a_killed_run_is_continued_without_loss_or_repetition(run: KilledRun) -> None:
    assert [record["name"] for record in run.after] == ["a", "b", "c", "d", "e"]
    assert [json.dumps(record, ensure_ascii=False) for record in run.after[: len(run.before)]] == run.before
    assert all(record["status"] == "proved" for record in run.after)
    assert [json.loads(line) for line in (run.folder / "records.jsonl").read_text().splitlines()] == run.after


def test_no_lean_outlives_a_killed_run(run: KilledRun) -> None:
    assert run.children
    assert not [pid for pid in run.children if _runs(pid)]


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_record_says_what_its_readers_need(run: KilledRun) -> None:
    record = run.after[0]
    wanted = {"name", "status", "proof", "raw_proof", "seconds", "expansions", "lean_steps", "verdict", "statement_hash", "lean_version"}
    assert wanted <= record.keys()
    assert record["telemetry"].keys() == {field.name for field in fields(Telemetry)}
    assert 0 < record["telemetry"]["solved_seconds"] <= record["telemetry"]["seconds"]
    assert record["telemetry"]["peak_mb"] > 20
    assert record["verdict"]["status"] == "verified"
    assert "4.28" in record["verdict"]["lean"]


def test_the_written_proofs_are_verified_by_check_and_a_broken_one_is_refused(run: KilledRun) -> None:
    proofs = sorted(str(path) for path in (run.folder / "run" / "proofs").glob("*.lean"))
    broken = run.folder / "broken.lean"
    broken.write_text("theorem fine : 1 = 1 := rfl\ntheorem bad : 1 = 2 := by sorry\n")
    done = prover("check", *proofs, str(broken), "--json", cwd=run.folder)
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert done.returncode == 1, done.stderr
    assert [row["status"] for row in rows] == ["verified"] * 6 + ["refused"]
    assert "sorry" in rows[-1]["reason"]


def test_the_same_directory_with_other_settings_is_refused(run: KilledRun) -> None:
    done = prover("prove", "easy.lean", "--workers", "1", "--out", "run", "--alpha", "1.5", cwd=run.folder)
    assert done.returncode == 2
    assert "settings.search.alpha" in done.stderr


def test_doctor_names_what_is_here(toolchain: Toolchain, tmp_path: Path) -> None:
    done = prover("doctor", "--quick", cwd=tmp_path)
    assert done.returncode == 0, done.stdout
    for what in ("Python", "memory", "node", "embedded Lean", "native Lean", "lean-dojo", "containment"):
        assert what in done.stdout
