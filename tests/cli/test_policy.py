"""Models from the command line: making one, choosing one, and what is said of one that cannot be used."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.policy.fake_server import fake_server

THEOREM = "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q ∧ p"


def prover(*arguments: str, cwd: Path, key: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "prover", *arguments]
    environ = {**os.environ, "OPENAI_API_KEY": key, "HF_HUB_OFFLINE": "1"}
    return subprocess.run(command, cwd=cwd, env=environ, capture_output=True, text=True, check=False, timeout=170)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("made")
    done = prover("policy", "init", "model", cwd=folder)
    assert done.returncode == 0, done.stderr
    assert "parameters with random weights" in done.stderr
    return folder / "model"


def test_a_tiny_model_is_made_in_a_new_folder_and_says_lean_back(made: Path) -> None:
    from transformers import AutoTokenizer

    text = "h₀ : ∀ n, f (n + 1) ≤ 2 ∣ x\n⊢ ¬p → ⟨a, b⟩ = 𝔸"
    tokenizer = AutoTokenizer.from_pretrained(made)
    tokens = tokenizer(text)["input_ids"]
    assert tokenizer.decode(tokens) == text
    assert len(tokens) < len(text.encode()) * 0.7
    again = prover("policy", "init", str(made), cwd=made.parent)
    assert (again.returncode, again.stderr) == (2, f"prover: {made} is not empty: give a new folder\n")


def test_a_real_search_runs_on_it_and_the_run_names_its_weights(made: Path, tmp_path: Path) -> None:
    arguments = ["--policy", "mixture", "--model", str(made), "--set", "policy.max_tokens=8", "--samples", "4", "--timeout", "60", "--out", "run"]
    done = prover("prove", "--statement", THEOREM, *arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    policy = json.loads((tmp_path / "run" / "config.json").read_text(encoding="utf-8"))["policy"]
    assert policy["members"][0]["policy"] == "automation"
    assert policy["members"][1]["policy"]["kind"] == "transformers"
    assert len(policy["members"][1]["policy"]["weights"]) == 16
    again = prover("prove", "--statement", THEOREM, *arguments, cwd=tmp_path)
    assert "1 of 1 done before" in again.stderr


def test_a_folder_that_is_no_model_is_one_line_and_exit_code_2(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    done = prover("prove", "--statement", THEOREM, "--policy", "transformers", "--model", "./model", cwd=tmp_path)
    assert (done.returncode, done.stderr) == (2, "prover: model model: this folder is no model, it has no config.json\n")


def test_a_server_that_fails_in_the_middle_makes_the_attempt_a_fault_and_never_an_exhausted_search(tmp_path: Path) -> None:
    with fake_server() as server:
        arguments = ["--policy", "server", "--set", f"policy.endpoints={server.url('error_500')}", "--set", "policy.retries=0", "--out", "run"]
        done = prover("prove", "--statement", THEOREM, *arguments, cwd=tmp_path, key="sk-secret")
    assert done.returncode == 2
    assert "ended in a fault of the machine" in done.stderr
    [record] = [json.loads(line) for line in (tmp_path / "run" / "results.jsonl").read_text(encoding="utf-8").splitlines()]
    assert record["status"] == "faulted"
    assert "answered 500" in record["message"]
    assert "sk-secret" not in done.stderr + (tmp_path / "run" / "config.json").read_text(encoding="utf-8")
