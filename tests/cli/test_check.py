"""`prover check`: the judge on other people's proofs, with and without a challenge."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

CHALLENGE = """import Std

def double (n : Nat) : Nat := n + n

theorem first (n : Nat) (h : n < 3) : double n < 6 := by
  sorry

theorem second (p q : Prop) (hp : p) (hq : q) : p ∧ q := by
  sorry
"""
FIRST = CHALLENGE.split("theorem second")[0].replace("sorry", "unfold double\n  omega")
SECOND = "import Std\n\ntheorem second (p q : Prop) (hp : p) (hq : q) : p ∧ q := by\n  exact ⟨hp, hq⟩\n"
CHEAT = "import Std\n\ndef double (n : Nat) : Nat := n\n\ntheorem first (n : Nat) (h : n < 3) : double n < 6 := by\n  unfold double\n  omega\n"


@pytest.fixture
def files(tmp_path: Path) -> Path:
    for name, text in {"challenge": CHALLENGE, "first": FIRST, "second": SECOND, "cheat": CHEAT, "broken": "theorem first : 1 ="}.items():
        (tmp_path / f"{name}.lean").write_text(text, encoding="utf-8")
    return tmp_path


def check(folder: Path, *arguments: str) -> tuple[int, list[dict[str, Any]], str]:
    command = [sys.executable, "-m", "prover", "check", "--json", "--lean", "embedded", *arguments]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=300, check=False)
    return done.returncode, [json.loads(line) for line in done.stdout.splitlines()], done.stderr


@pytest.mark.full
def test_files_that_prove_the_challenge_together_are_verified(files: Path) -> None:
    code, rows, _ = check(files, "first.lean", "second.lean", "--against", "challenge.lean", "--isolate")
    assert code == 0
    assert [(row["name"], row["origin"], row["status"]) for row in rows] == [
        ("first", "first.lean", "verified"),
        ("second", "second.lean", "verified"),
    ]
    for row in rows:
        assert row["compared"]
        assert row["kernels"]
        assert set(row["axioms"]) <= {"propext", "Quot.sound", "Classical.choice"}
        assert any("library" in gap for gap in row["not_enforced"]), "what the embedded Lean cannot check is said"


def test_another_meaning_of_the_statement_and_a_missing_theorem_are_refused(files: Path) -> None:
    code, rows, _ = check(files, "cheat.lean", "broken.lean", "--against", "challenge.lean")
    assert code == 1
    verdicts = {(row["name"], row["origin"]): row for row in rows}
    assert "double" in verdicts["first", "cheat.lean"]["reason"]
    assert verdicts["first", "broken.lean"]["status"] == "refused"
    assert verdicts["second", "broken.lean"]["status"] == "refused"


def test_without_a_challenge_the_verdict_says_what_was_proved_and_that_nothing_was_compared(files: Path) -> None:
    code, (row,), _ = check(files, "cheat.lean")
    assert code == 0
    assert (row["status"], row["compared"]) == ("verified", False)
    assert "double n < 6" in row["statement"]
    assert any("compared with nothing" in gap for gap in row["not_enforced"])


@pytest.mark.full
def test_a_challenge_that_is_none_is_one_line(files: Path) -> None:
    code, rows, said = check(files, "first.lean", "--against", "broken.lean")
    assert (code, rows) == (2, [])
    assert len(said.strip().splitlines()) == 1
    assert "broken.lean:1:" in said
