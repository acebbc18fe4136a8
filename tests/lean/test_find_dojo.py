"""The lean-dojo backend can be asked for where lean-dojo is not installed, and then says what to do."""

import importlib.metadata
import importlib.util
from importlib.machinery import ModuleSpec
from pathlib import Path

import pytest

from prover.lean.dojo.lean import PROGRAM, dojo_statement, find_dojo
from prover.lean.launch import ToolchainError


@pytest.fixture
def installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: ModuleSpec(name, None))
    monkeypatch.setattr(importlib.metadata, "version", lambda _name: "4.20.0")


@pytest.fixture
def tools(tmp_path: Path) -> Path:
    for name in ("lake", "git"):
        (tmp_path / name).write_text("#!/bin/sh\n")
        (tmp_path / name).chmod(0o755)
    return tmp_path


def test_without_lean_dojo_one_line_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(ToolchainError, match=r"^[^\n]*pip install 'stepwise-prover\[dojo\]'[^\n]*$"):
        find_dojo({})


@pytest.mark.usefixtures("installed")
def test_a_missing_tool_is_named(tools: Path) -> None:
    (tools / "git").unlink()
    with pytest.raises(ToolchainError, match="`git`"):
        find_dojo({"PATH": str(tools)})
    with pytest.raises(ToolchainError, match="`lake`"):
        find_dojo({})


@pytest.mark.usefixtures("installed")
def test_the_child_gets_no_token_and_no_network(tools: Path) -> None:
    given = {"PATH": str(tools), "HOME": "/home/someone", "GITHUB_ACCESS_TOKEN": "secret", "VERBOSE": "1", "TACTIC_MEMORY_LIMIT": "8g"}
    dojo = find_dojo(given)
    launch = dojo.launch(PROGRAM, ["7"], reply_fd=7)
    assert launch.argv[-1] == "7"
    assert launch.env["GITHUB_ACCESS_TOKEN"] == ""
    assert launch.env["DISABLE_REMOTE_CACHE"] == "1"
    assert launch.env["CACHE_DIR"] == "/home/someone/.cache/lean_dojo"
    assert launch.env["TACTIC_MEMORY_LIMIT"] == "8g"
    assert "VERBOSE" not in launch.env
    assert dojo.cache == Path("/home/someone/.cache/lean_dojo")
    assert "4.20.0" in dojo.identity
    assert find_dojo({**given, "CACHE_DIR": "/data/traced"}).cache == Path("/data/traced")


def test_a_statement_is_an_address_and_a_name() -> None:
    statement = dojo_statement("https://github.com/a/b", "c" * 40, "B/C.lean", "B.thm")
    assert (statement.name, statement.header, statement.declaration) == ("B.thm", f"lean-dojo https://github.com/a/b {'c' * 40} B/C.lean", "B.thm")
