"""A native Lean: the one of a Lake project (Mathlib or any other), run as `lake env lean` in the project's folder.

Promises: the program sees exactly the environment that `lake env` gives, hence the project's own Lean and libraries; what is missing is
said together with how to get it. Knows nothing of what the program does; builds nothing.
Costs: one `lake env lean --version` when it is looked for (up to seconds in a big project).
"""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from prover.lean.launch import Launch, Progress, Role, ToolchainError, no_progress

LAKEFILES = ("lakefile.lean", "lakefile.toml")
PASSED_ON = ("HOME", "PATH", "USER", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "ELAN_HOME", "ELAN_TOOLCHAIN", "LAKE_HOME", "LEAN_CC")
"""Environment variables that elan, Lake or Lean read. Nothing else of the caller's environment reaches Lean."""

STACK_KB = 1_000_000
"""Main thread and worker threads: Lean measures its stack and reports deep recursion by itself, so it may be generous."""

_VERSION_SECONDS = 300.0
_HOW_TO_GET_LEAN = "install elan from your package manager or Lean's own site, run `lake build` in the project, or use `--lean embedded`"


@dataclass(frozen=True, slots=True)
class NativeLean:
    """The Lean of one Lake project. ``version_line`` is what `lean --version` says."""

    project: Path
    lake: Path
    lean_version: str
    version_line: str
    environ: Mapping[str, str] = field(repr=False)
    kind: Literal["native"] = "native"

    @property
    def identity(self) -> str:
        return f"native {self.version_line} in {self.project}"

    def reply_path(self, reply_fd: int) -> str:
        return f"/proc/self/fd/{reply_fd}"

    def prepare(self, program: Path, *, progress: Progress = no_progress) -> None:
        """Nothing to do: native Lean compiles a program in a second or two as it starts."""

    def launch(self, program: Path, args: Sequence[str], *, reply_fd: int, role: Role = "search") -> Launch:
        argv = (str(self.lake), "env", "lean", f"--tstack={STACK_KB}", "--run", str(program.resolve()), *args)
        return Launch(argv, self.environ, self.project, STACK_KB)


def project_around(folder: Path) -> Path | None:
    """The nearest folder, this one or above, that is a Lake project."""
    start = folder.resolve()
    return next((path for path in (start, *start.parents) if _is_project(path)), None)


def find_native(project: Path, environ: Mapping[str, str]) -> NativeLean:
    """The native Lean of a Lake project.

    Raises:
        ToolchainError: no such folder, no lakefile in it, no Lake on PATH, or a Lean that does not start (``detail`` has what Lake said).
    """
    folder = project.resolve()
    if not folder.is_dir():
        raise ToolchainError(f"there is no folder {project}; --project names the folder of a Lake project")
    if not _is_project(folder):
        raise ToolchainError(f"{project} is not a Lake project: it has neither lakefile.lean nor lakefile.toml; name the folder that has one")
    found = shutil.which("lake", path=environ.get("PATH", ""))
    if found is None:
        raise ToolchainError(f"native Lean for {project}: no `lake` on PATH; {_HOW_TO_GET_LEAN}")
    lake = Path(found).absolute()
    passed_on = {name: environ[name] for name in PASSED_ON if name in environ}
    line = _version_line(lake, folder, passed_on)
    version = line.partition("version ")[2].split(",")[0].strip()
    return NativeLean(folder, lake, version, line, passed_on)


def _is_project(folder: Path) -> bool:
    return any((folder / name).is_file() for name in LAKEFILES)


def _version_line(lake: Path, project: Path, environ: Mapping[str, str]) -> str:
    command = [str(lake), "env", "lean", "--version"]
    try:
        done = subprocess.run(
            command, cwd=project, env=dict(environ), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=_VERSION_SECONDS, check=False
        )
    except subprocess.TimeoutExpired as error:
        raise ToolchainError(
            f"native Lean for {project}: `lake env lean --version` did not end within {_VERSION_SECONDS:.0f} s; run it by hand there"
        ) from error
    except OSError as error:
        raise ToolchainError(f"native Lean for {project}: {lake} cannot be run ({error.strerror or error}); {_HOW_TO_GET_LEAN}") from error
    line = next((line.strip() for line in done.stdout.splitlines() if "version " in line), "")
    if done.returncode != 0 or not line:
        said = next((line.strip() for line in done.stderr.splitlines() if line.strip()), f"exit code {done.returncode}")
        raise ToolchainError(
            f"native Lean for {project}: `lake env lean --version` failed ({said}); {_HOW_TO_GET_LEAN}", detail=done.stdout + done.stderr
        )
    return line
