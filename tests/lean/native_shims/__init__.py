"""A native Lean where none is installed: `lake` and `lean` that behave like the real ones and run the embedded Lean.

A toolchain folder has `bin/lake` and `bin/lean`, so that it looks to `prover.lean.native.lean` as an installed one does. `lean --run FILE`
runs that very FILE on real Lean 4; `lake env` and `lake build` do what Lake does with the environment and the build folder, without any
of its work. Every call is recorded in the folder's `calls.jsonl`, with its arguments, environment, folder and process id.
"""

import json
import os
import shlex
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[3]


@dataclass(frozen=True, slots=True)
class Shims:
    """A toolchain folder of shims."""

    folder: Path

    @property
    def environ(self) -> dict[str, str]:
        """What a user has who has installed this toolchain, and secrets."""
        return {"PATH": f"{self.folder / 'bin'}:/usr/bin:/bin", "HOME": str(self.folder), "SECRET": "token", "LEAN_PATH": "/the/users/own"}

    def install_compiler(self) -> None:
        """From now on `lake build` succeeds."""
        (self.folder / "compiler").touch()

    def calls(self, tool: str, first: str = "") -> list[dict[str, Any]]:
        """The recorded calls of a tool, those whose first argument is `first` where one is named."""
        try:
            lines = (self.folder / "calls.jsonl").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        calls = [json.loads(line) for line in lines]
        return [call for call in calls if call["tool"] == tool and (not first or call["args"][:1] == [first])]


def install(folder: Path, cache: Path) -> Shims:
    """Writes a toolchain folder.

    Args:
        cache: where the embedded Lean is installed.
    """
    (folder / "bin").mkdir(parents=True)
    for tool in ("lake", "lean"):
        python = f"import sys; sys.path.insert(0, {str(ROOT)!r}); from tests.lean.native_shims import {tool}; {tool}.main()"
        script = folder / "bin" / tool
        words = [sys.executable, "-I", "-c", python, str(folder), str(cache)]
        script.write_text(f'#!/bin/sh\nexec {shlex.join(words)} "$@"\n', encoding="utf-8")
        script.chmod(0o755)
    return Shims(folder)


def record(folder: Path, tool: str, args: list[str]) -> None:
    call = {"tool": tool, "args": args, "env": dict(os.environ), "cwd": os.getcwd(), "pid": os.getpid()}
    with (folder / "calls.jsonl").open("a", encoding="utf-8") as calls:
        calls.write(json.dumps(call) + "\n")
