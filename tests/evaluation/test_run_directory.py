"""A run directory loses nothing and mixes nothing."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.evaluation.run_directory import RunDirectory, RunDirectoryError, file_stem

CONFIG = {"settings": {"search": {"alpha": 0.5}}, "lean": "one"}


def record(name: str, status: str = "proved") -> dict[str, object]:
    return {"name": name, "statement_hash": "0" * 16, "status": status}


def test_results_are_there_again_when_it_is_opened_again(tmp_path: Path) -> None:
    first = RunDirectory(tmp_path, CONFIG)
    first.add(record("a"), "theorem a : True := trivial\n")
    first.add(record("b", "out_of_budget"), None)
    first.close()
    second = RunDirectory(tmp_path, CONFIG)
    assert second.done("a", "0" * 16)
    assert second.done("b", "0" * 16)
    assert not second.done("a", "1" * 16)
    assert (tmp_path / "proofs" / "a.lean").read_text() == "theorem a : True := trivial\n"


def test_a_fault_is_tried_again_and_its_successor_counts(tmp_path: Path) -> None:
    first = RunDirectory(tmp_path, CONFIG)
    first.add(record("a", "faulted"), None)
    assert first.done("a", "0" * 16) is None
    first.add(record("a"), None)
    first.close()
    assert RunDirectory(tmp_path, CONFIG).done("a", "0" * 16)


@given(cut=st.integers(min_value=1, max_value=60))
def test_a_line_that_a_crash_cut_short_is_dropped_and_the_rest_is_kept(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("run")
    run = RunDirectory(path, CONFIG)
    run.add(record("a"), None)
    run.add(record("b"), None)
    run.close()
    results = path / "results.jsonl"
    whole = results.read_bytes()
    results.write_bytes(whole[: -min(cut, len(whole.splitlines()[1]))])
    again = RunDirectory(path, CONFIG)
    assert again.done("a", "0" * 16)
    assert not again.done("b", "0" * 16)
    again.add(record("b"), None)
    again.close()
    assert [json.loads(line)["name"] for line in results.read_text().splitlines()] == ["a", "b"]


def test_other_settings_in_the_same_directory_are_refused_by_name(tmp_path: Path) -> None:
    RunDirectory(tmp_path, CONFIG).close()
    with pytest.raises(RunDirectoryError, match=r"settings.search.alpha = 0.5, this one has 2.0"):
        RunDirectory(tmp_path, {"settings": {"search": {"alpha": 2.0}}, "lean": "one"})


def test_fresh_sets_earlier_results_aside(tmp_path: Path) -> None:
    run = RunDirectory(tmp_path, CONFIG)
    run.add(record("a"), None)
    run.close()
    again = RunDirectory(tmp_path, {"lean": "two"}, fresh=True)
    assert not again.records
    assert (tmp_path / "results.jsonl.old").exists()


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    with pytest.raises(RunDirectoryError, match="file"):
        RunDirectory(blocked / "run", CONFIG)


@given(st.text(min_size=1, max_size=300))
def test_any_theorem_name_makes_a_safe_file_name(name: str) -> None:
    file = file_stem(name, "0123456789abcdef") + ".lean"
    assert "/" not in file
    assert not file.startswith((".", "-"))
    assert len(file.encode()) < 200
