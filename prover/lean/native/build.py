"""A Lean program as an executable of a project's own Lean, built once by that Lean's Lake.

`lean --run FILE` elaborates FILE at every start and then interprets it; an executable does neither.

Promises: an executable is known by the program's text, the Lean that built it and Lake's configuration, so a change of any of them builds
anew; it appears whole, and only if it starts; two processes do not build the same one at once; a build that failed is remembered for a
day, with what Lake said; one whose process was killed is begun anew by the next (Lake itself ends a little later). A missing executable is
never an error here: every program can be interpreted. Knows nothing of what programs do, except that without arguments they end at once
with exit code 2.
Costs: one build for each new text, up to minutes, and about 100 MB on disk.
"""

import hashlib
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from prover.lean.filelock import exclusive
from prover.lean.launch import Progress
from prover.resources import resource

TARGET = "stepwise"
"""The executable of `lean_project/lakefile.toml`; its root is Main.lean."""

KEPT_EXECUTABLES = 4
"""Those used least recently are removed: each edit of a program and each Lean leaves one."""

RETRY_SECONDS = 24 * 3600.0
"""A full disk or a missing compiler may be mended; asking every time would make every start slow."""

_THE_PROJECTS = frozenset({"LEAN_PATH", "LEAN_SRC_PATH", "LD_LIBRARY_PATH", "LEAN_STACK_SIZE_KB"})
"""Variables that would show the project's modules and libraries to a build that is not about them."""

_BUILD_SECONDS = 900.0
_TRIAL_SECONDS = 60.0
_USAGE = 2
_STAGE = "building the Lean program, once"


@dataclass(frozen=True, slots=True)
class Workshop:
    """Where executables of one native Lean are built and kept.

    Attributes:
        folder: below the cache; shared by all native Leans.
        lake: the very Lake of that Lean, not a proxy that chooses one by the folder it runs in.
        lean: what names the Lean: its version line.
        pin: the project's lean-toolchain file, empty where it has none.
        environ: complete; what the executable will be run with.
    """

    folder: Path
    lake: Path
    lean: str
    pin: str
    environ: Mapping[str, str] = field(repr=False)

    def executable(self, program: Path) -> Path | None:
        """The program as an executable, None while there is none.

        Raises:
            OSError: the program cannot be read.
        """
        path = self._place(program) / TARGET
        return path if path.exists() else None

    def failure(self, program: Path) -> str:
        """What Lake said when the program could not be built; empty where that did not happen, or too long ago."""
        marker = self._marker(program)
        try:
            return marker.read_text(encoding="utf-8") if time.time() - marker.stat().st_mtime < RETRY_SECONDS else ""
        except FileNotFoundError:
            return ""

    def build(self, program: Path, progress: Progress) -> None:
        """Builds the executable, unless it is there or has failed to build. Blocking; a failure is remembered and said through `progress`."""
        try:
            if not self._settled(program):
                self.folder.mkdir(parents=True, exist_ok=True)
                with exclusive(self.folder / "lock", lambda: progress("waiting for another process that builds the Lean program", 0, 0)):
                    if not self._settled(program):
                        self._build(program, progress)
        except OSError as error:
            progress(f"the Lean program is interpreted: cannot build it below {self.folder} ({error.strerror or error})", 0, 0)
            return
        if failure := self.failure(program):
            said = next((line for line in failure.splitlines() if line.strip()), "")
            progress(f"the Lean program is interpreted: it could not be built ({said}); remove {self._marker(program)} to try again", 0, 0)

    def _settled(self, program: Path) -> bool:
        if executable := self.executable(program):
            with suppress(OSError):  # a cache that may only be read serves as well
                os.utime(executable.parent)  # used now: see KEPT_EXECUTABLES
            return True
        return bool(self.failure(program))

    def _build(self, program: Path, progress: Progress) -> None:
        progress(_STAGE, 0, 0)
        for leftover in self.folder.glob("tmp-*"):
            shutil.rmtree(leftover, ignore_errors=True)
        with tempfile.TemporaryDirectory(prefix="tmp-", dir=self.folder, ignore_cleanup_errors=True) as name:
            folder = Path(name)
            package = folder / "package"
            package.mkdir()
            (package / "Main.lean").write_bytes(program.read_bytes())
            (package / "lakefile.toml").write_bytes(_lakefile())
            if self.pin:
                (package / "lean-toolchain").write_text(self.pin, encoding="utf-8")
            failure = self._run_lake(package, folder / "lake.log") or self._try(package / ".lake" / "build" / "bin" / TARGET)
            if failure:
                (folder / "failed").write_text(failure, encoding="utf-8")
                (folder / "failed").replace(self._marker(program))
                return
            place = self._place(program)
            ready = folder / place.name
            ready.mkdir()
            (package / ".lake" / "build" / "bin" / TARGET).replace(ready / TARGET)
            ready.replace(place)
        self._marker(program).unlink(missing_ok=True)
        self._forget_old()

    def _run_lake(self, package: Path, log: Path) -> str:
        """Why Lake failed, empty when it did not."""
        try:
            # Not a pipe: a compiler that outlives a killed Lake would hold it open.
            with log.open("wb") as output:
                done = subprocess.run(
                    [str(self.lake), "build", TARGET],
                    cwd=package,
                    env={name: value for name, value in self.environ.items() if name not in _THE_PROJECTS},
                    stdin=subprocess.DEVNULL,
                    stdout=output,
                    stderr=subprocess.STDOUT,
                    timeout=_BUILD_SECONDS,
                    check=False,
                )
        except subprocess.TimeoutExpired:
            return f"`lake build {TARGET}` did not end within {_BUILD_SECONDS:.0f} s"
        if done.returncode == 0:
            return ""
        said = log.read_text(encoding="utf-8", errors="replace")
        first = next((line.strip() for line in said.splitlines() if "error" in line), f"exit code {done.returncode}")
        return f"`lake build {TARGET}`: {first}\n\n{said}"

    def _try(self, executable: Path) -> str:
        """Why a fresh executable is of no use, empty when it starts: without this, one that cannot find its libraries would be run forever."""
        if not executable.exists():
            return f"`lake build {TARGET}` left no .lake/build/bin/{TARGET}"
        try:
            done = subprocess.run(
                [str(executable)], env=dict(self.environ), stdin=subprocess.DEVNULL, capture_output=True, timeout=_TRIAL_SECONDS, check=False
            )
        except subprocess.TimeoutExpired:
            return f"the executable that Lake built did not end within {_TRIAL_SECONDS:.0f} s when run without arguments"
        if done.returncode == _USAGE:
            return ""
        said = done.stderr.decode("utf-8", "replace")
        return f"the executable that Lake built does not start (exit code {done.returncode})\n\n{said}"

    def _place(self, program: Path) -> Path:
        parts = (_lakefile(), self.pin.encode(), self.lean.encode(), program.read_bytes())
        return self.folder / hashlib.sha256(b"\0".join(parts)).hexdigest()[:16]

    def _marker(self, program: Path) -> Path:
        return self._place(program).with_suffix(".failed")

    def _forget_old(self) -> None:
        folders = sorted((path for path in self.folder.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime, reverse=True)
        for folder in folders[KEPT_EXECUTABLES:]:
            shutil.rmtree(folder, ignore_errors=True)


def _lakefile() -> bytes:
    return (resource("lean_project") / "lakefile.toml").read_bytes()
