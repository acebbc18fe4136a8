"""Which Lean runs our programs: the embedded one, or the native one of a Lake project.

Promises one interface for both, and a choice that is said in one place: `native` and `embedded` are obeyed, `auto` takes the native Lean
inside a Lake project whose Lean is installed, else the embedded one. Knows nothing of what is run, nor of supervision.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

from prover.lean.embedded.install import provision_embedded as provision_embedded
from prover.lean.embedded.lean import EmbeddedLean as EmbeddedLean
from prover.lean.embedded.lean import find_embedded as find_embedded
from prover.lean.launch import Launch as Launch
from prover.lean.launch import Progress as Progress
from prover.lean.launch import Role as Role
from prover.lean.launch import ToolchainError as ToolchainError
from prover.lean.launch import no_progress
from prover.lean.native.lean import NativeLean as NativeLean
from prover.lean.native.lean import find_native as _find_native
from prover.lean.native.lean import project_around


class Toolchain(Protocol):
    """A Lean that is there."""

    @property
    def kind(self) -> Literal["embedded", "native", "dojo"]: ...

    @property
    def lean_version(self) -> str:
        """As Lean itself says it, such as `4.28.0-pre`."""
        ...

    @property
    def identity(self) -> str:
        """What a verdict names: enough to find this very Lean again."""
        ...

    def reply_path(self, reply_fd: int) -> str:
        """The path under which the Lean program opens the descriptor that its parent left open for replies."""
        ...

    def prepare(self, program: Path, *, progress: Progress = no_progress) -> None:
        """Does what a first launch of the program would have to do, such as compiling it. Blocking, up to minutes; idempotent."""
        ...

    def launch(self, program: Path, args: Sequence[str], *, reply_fd: int, role: Role = "search") -> Launch:
        """How to start the program with arguments. Fast once the program is prepared.

        Raises:
            ToolchainError: the program does not compile.
        """
        ...


def cache_dir(environ: Mapping[str, str]) -> Path:
    """Where Stepwise keeps what can be had again: $STEPWISE_CACHE, else below $XDG_CACHE_HOME, else `~/.cache/stepwise`."""
    if named := environ.get("STEPWISE_CACHE"):
        return Path(named).expanduser().absolute()
    base = environ.get("XDG_CACHE_HOME", "")
    if base and Path(base).is_absolute():  # the XDG specification: a relative path is to be ignored
        return Path(base) / "stepwise"
    home = environ.get("HOME")
    return (Path(home) if home else Path.home()) / ".cache" / "stepwise"


def find_native(project: Path | None, environ: Mapping[str, str], cwd: Path = Path(), cache: Path | None = None) -> NativeLean:
    """The native Lean of a Lake project; without a project, of the one around `cwd`. Without a cache, the environment's.

    Raises:
        ToolchainError: there is none; the message says what is missing and how to get it.
    """
    folder = project or project_around(cwd)
    if folder is None:
        raise ToolchainError("native Lean: this folder is not inside a Lake project; name one with --project, or use --lean embedded")
    return _find_native(folder, environ, cache or cache_dir(environ))


def choose(
    lean: Literal["auto", "embedded", "native"],
    project: Path | None,
    cwd: Path,
    cache: Path,
    environ: Mapping[str, str],
    progress: Progress = no_progress,
) -> Toolchain:
    """The Lean to use; provisions the embedded one where it is chosen and not there yet.

    Args:
        project: named by the user: then `auto` means native, and a project that cannot be used is an error.
        cwd: where the search for a Lake project around the user begins.

    Raises:
        ToolchainError: what was asked for cannot be had.
    """
    match lean:
        case "native":
            return find_native(project, environ, cwd, cache)
        case "auto" if project is not None:
            return find_native(project, environ, cwd, cache)
        case "auto":
            try:
                return find_native(None, environ, cwd, cache)
            except ToolchainError:
                return provision_embedded(cache, progress=progress)
        case "embedded":
            return provision_embedded(cache, progress=progress)
