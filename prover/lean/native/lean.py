"""A native Lean: the one of a Lake project (Mathlib or any other), run in the project's folder and environment.

Promises: the program sees exactly the environment that `lake env` gives, hence the project's own Lean and libraries, and nothing else of
the caller's but PASSED_ON; Lean is started directly, so it dies with whoever started it; what is missing is said together with how to
get it. The program runs as an executable where one could be built (`build`), else interpreted. Knows nothing of what it does.
Costs: one `lake env` and one `lean --version` when it is looked for (up to seconds in a big project).
"""

import json
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from prover.lean.launch import Launch, Progress, Role, ToolchainError, no_progress
from prover.lean.native.build import Workshop

LAKEFILES = ("lakefile.lean", "lakefile.toml")
PASSED_ON = ("HOME", "PATH", "USER", "LANG", "LC_ALL", "TMPDIR", "XDG_CACHE_HOME", "ELAN_HOME", "ELAN_TOOLCHAIN", "LAKE_HOME", "LEAN_CC")
"""Environment variables that elan, Lake or Lean read. Nothing else of the caller's environment reaches Lean."""

FROM_LAKE = re.compile(r"PATH|LD_LIBRARY_PATH|(LEAN|LAKE|ELAN)(_\w+)?")
"""Variables that Lake sets for the programs it runs; the rest of what they see is the caller's, or a shell's."""

STACK_KB = 1_000_000
"""Main thread and worker threads: Lean measures its stack and reports deep recursion by itself, so it may be generous."""

_SECONDS = 300.0
_DUMP = ("sh", "-c", r"printf '\0'; exec env -0")
"""Prints the environment; what Lake or a shell said before is cut off by the first zero."""
_HOW_TO_GET_LEAN = "install elan from your package manager or Lean's own site, run `lake build` in the project, or use `--lean embedded`"


@dataclass(frozen=True, slots=True)
class NativeLean:
    """The Lean of one Lake project.

    Attributes:
        version_line: what `lean --version` says; it names the commit.
        lean: the binary of the project's toolchain, not elan's proxy.
        prefix: the toolchain's own folder.
        mathlib: the revision in the project's manifest, empty where it names none.
        environ: complete; what `lake env` sets and PASSED_ON.
    """

    project: Path
    lean: Path
    prefix: Path
    lean_version: str
    version_line: str
    mathlib: str
    environ: Mapping[str, str] = field(repr=False)
    workshop: Workshop
    kind: Literal["native"] = "native"

    @property
    def identity(self) -> str:
        return f"native {self.version_line} in {self.project}" + (f", Mathlib {self.mathlib}" if self.mathlib else "")

    @property
    def readable(self) -> tuple[Path, ...]:
        """Folders that a process of this Lean must be able to read: the toolchain, the project, its libraries, the executables."""
        libraries = (self.project / entry for entry in self.environ.get("LEAN_PATH", "").split(":") if entry)
        wanted = {path.resolve() for path in (self.prefix, self.project, self.workshop.folder, *libraries)}
        return tuple(sorted(path for path in wanted if wanted.isdisjoint(path.parents)))

    def reply_path(self, reply_fd: int) -> str:
        return f"/proc/self/fd/{reply_fd}"

    def how(self, program: Path) -> str:
        """How a launch will run the program: `compiled`, or `interpreted` and why."""
        if self.workshop.executable(program) is not None:
            return "compiled"
        failure = self.workshop.failure(program)
        return f"interpreted: {failure.splitlines()[0]}" if failure else "interpreted: not built yet"

    def prepare(self, program: Path, *, progress: Progress = no_progress) -> None:
        """Builds the program's executable, once for its text and this Lean; where that fails, launches interpret it. Up to minutes."""
        self.workshop.build(program, progress)

    def launch(self, program: Path, args: Sequence[str], *, reply_fd: int, role: Role = "search") -> Launch:
        """How to start the program: its executable if `prepare` has built one, else `lean --run`. Milliseconds; nothing is built here.

        Raises:
            ToolchainError: the program cannot be read.
        """
        try:
            executable = self.workshop.executable(program)
        except OSError as error:
            raise ToolchainError(f"cannot read the Lean program {program} ({error.strerror or error})") from error
        if executable is not None:
            return Launch((str(executable), *args), self.environ, self.project, STACK_KB, self.readable)
        argv = (str(self.lean), f"--tstack={STACK_KB}", "--run", str(program.resolve()), *args)
        return Launch(argv, self.environ, self.project, STACK_KB, (*self.readable, program.resolve().parent))


def project_around(folder: Path) -> Path | None:
    """The nearest folder, this one or above, that is a Lake project."""
    start = folder.resolve()
    return next((path for path in (start, *start.parents) if _is_project(path)), None)


def find_native(project: Path, environ: Mapping[str, str], cache: Path) -> NativeLean:
    """The native Lean of a Lake project.

    Args:
        cache: where executables are kept, in a folder of their own.

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
    passed_on = {name: environ[name] for name in PASSED_ON if name in environ}
    lake = str(Path(found).absolute())
    from_lake = _from_lake(_said(folder, passed_on, [lake, "env", *_DUMP], "lake env"))
    # Threads of an executable: Lean 4.30 and later read their depth here, earlier ones run it on the main thread. See Main.lean.
    the_callers = {name: value for name, value in passed_on.items() if not FROM_LAKE.fullmatch(name)}
    complete = {**the_callers, **from_lake, "LEAN_STACK_SIZE_KB": str(STACK_KB)}
    lean = _tool("lean", complete) or "lean"
    line = next((line.strip() for line in _said(folder, complete, [lean, "--version"]).splitlines() if "version " in line), "")
    if not line:
        raise ToolchainError(f"native Lean for {project}: `lean --version` names no version; {_HOW_TO_GET_LEAN}")
    # An executable finds the library by this variable.
    complete.setdefault("LEAN_SYSROOT", _said(folder, complete, [lean, "--print-prefix"]).strip())
    # Not `lake`: it is run in another folder, where elan could choose another Lean.
    workshop = Workshop(cache.resolve() / "native", Path(_tool("lake", complete) or lake), line, _pin(folder), complete)
    version = line.partition("version ")[2].split(",")[0].strip()
    return NativeLean(folder, Path(lean), Path(complete["LEAN_SYSROOT"]), version, line, _mathlib(folder), complete, workshop)


def _is_project(folder: Path) -> bool:
    return any((folder / name).is_file() for name in LAKEFILES)


def _tool(name: str, environ: Mapping[str, str]) -> str | None:
    """A binary of the toolchain that Lake chose: on PATH, elan's proxies may come first."""
    own = f"{environ['LEAN_SYSROOT']}/bin" if "LEAN_SYSROOT" in environ else ""
    return shutil.which(name, path=f"{own}:{environ.get('PATH', '')}" if own else environ.get("PATH", ""))


def _from_lake(dump: str) -> dict[str, str]:
    entries = (entry.partition("=") for entry in dump.split("\0")[1:])
    return {name: value for name, _, value in entries if FROM_LAKE.fullmatch(name) and value}


def _pin(project: Path) -> str:
    """The text of the project's lean-toolchain file; elan looks for it in the folders above, too."""
    for folder in (project, *project.parents):
        try:
            return (folder / "lean-toolchain").read_text(encoding="utf-8")
        except (FileNotFoundError, PermissionError):
            continue
    return ""


def _mathlib(project: Path) -> str:
    """The Mathlib revision that the manifest names, with its tag; a manifest that cannot be read is Lake's problem, not ours."""
    try:
        packages = json.loads((project / "lake-manifest.json").read_text(encoding="utf-8"))["packages"]
        package: dict[str, str] = next((package for package in packages if package["name"] == "mathlib"), {})
    except (OSError, ValueError, KeyError, TypeError):
        return ""
    revision, tag = str(package.get("rev") or ""), str(package.get("inputRev") or "")
    return f"{revision[:12]} ({tag})" if revision and tag and tag != revision else revision[:12]


def _said(project: Path, environ: Mapping[str, str], command: Sequence[str], called: str = "") -> str:
    """What a tool prints on standard output.

    Args:
        called: the command as messages name it.

    Raises:
        ToolchainError: it cannot be run, fails or does not end.
    """
    called = called or f"{Path(command[0]).name} {' '.join(command[1:])}"
    try:
        done = subprocess.run(
            command,
            cwd=project,
            env=dict(environ),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="surrogateescape",
            timeout=_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise ToolchainError(f"native Lean for {project}: `{called}` did not end within {_SECONDS:.0f} s; run it by hand there") from error
    except OSError as error:
        raise ToolchainError(f"native Lean for {project}: {command[0]} cannot be run ({error.strerror or error}); {_HOW_TO_GET_LEAN}") from error
    if done.returncode != 0:
        said = next((line.strip() for line in done.stderr.splitlines() if line.strip()), f"exit code {done.returncode}")
        raise ToolchainError(f"native Lean for {project}: `{called}` failed ({said}); {_HOW_TO_GET_LEAN}", detail=done.stdout + done.stderr)
    return done.stdout
