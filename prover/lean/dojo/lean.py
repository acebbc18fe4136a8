"""LeanDojo as a backend: theorems of repositories that lean-dojo has traced, in the repository's own Lean (before 4.19).

Promises: nothing is asked of a network and no token is read; lean_dojo is imported by the process that is launched, never here; that process
speaks our wire protocol, so `Worker` and `Stepper` work on it as on any Lean. Traces nothing: `lean_dojo.trace` does.

A statement of this backend (`dojo_statement`) has one line as its header, `lean-dojo REPOSITORY COMMIT FILE.lean`, and the theorem's full name
as its declaration. REPOSITORY is a GitHub address or the folder that was traced (only its name counts: the traced copy is what is used),
COMMIT a whole hash, FILE relative to the repository. Such a statement renders to no Lean file: `Closed` is this backend's last word, and
LeanDojo checks no axioms.
"""

import importlib.metadata
import importlib.util
import shutil
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import prover
from prover.lean.launch import Launch, Progress, Role, ToolchainError, no_progress
from prover.lean.native.lean import PASSED_ON
from prover.proof.statement import Statement

LIMITS = ("TACTIC_CPU_LIMIT", "TACTIC_MEMORY_LIMIT", "TMP_DIR")
"""lean-dojo's own environment variables that reach it."""

PROGRAM = Path(__file__).with_name("stepper.py")
"""What to give a `Worker` as its program."""


@dataclass(frozen=True, slots=True)
class DojoLean:
    """lean-dojo and its cache of traced repositories. Each of them names its own Lean."""

    cache: Path
    version: str
    environ: Mapping[str, str] = field(repr=False)
    lean_version: str = "of each traced repository"
    kind: Literal["dojo"] = "dojo"

    @property
    def identity(self) -> str:
        return f"lean-dojo {self.version} with the repositories traced in {self.cache}"

    def reply_path(self, reply_fd: int) -> str:
        return str(reply_fd)

    def prepare(self, program: Path, *, progress: Progress = no_progress) -> None:
        """Nothing to do."""

    def launch(self, program: Path, args: Sequence[str], *, reply_fd: int, role: Role = "search") -> Launch:
        """One process for one theorem at a time. Its folder is the root: lean-dojo deletes a `lakefile.olean` where it starts."""
        return Launch((sys.executable, "-P", "-m", "prover.lean.dojo.stepper", *args), self.environ, Path("/"), None)


def dojo_statement(repository: str, commit: str, file: str, theorem: str) -> Statement:
    """A theorem of a traced repository, by its full name."""
    return Statement(theorem, f"lean-dojo {repository} {commit} {file}", theorem)


def find_dojo(environ: Mapping[str, str], cache: Path | None = None) -> DojoLean:
    """lean-dojo in this Python, with the traced repositories in ``cache`` (lean-dojo's own default: $CACHE_DIR, else `~/.cache/lean_dojo`).

    Raises:
        ToolchainError: lean-dojo, Lake or git is missing.
    """
    if importlib.util.find_spec("lean_dojo") is None:
        raise ToolchainError("the lean-dojo backend is not installed; run `pip install 'stepwise-prover[dojo]'`")
    for tool in ("lake", "git"):
        if shutil.which(tool, path=environ.get("PATH", "")) is None:
            raise ToolchainError(f"the lean-dojo backend needs `{tool}`, and there is none on PATH; install it with your package manager")
    home = environ.get("HOME")
    named = cache or Path(environ.get("CACHE_DIR") or (Path(home) if home else Path.home()) / ".cache" / "lean_dojo")
    folder = named.expanduser().absolute()
    child = {name: environ[name] for name in (*PASSED_ON, *LIMITS) if name in environ} | {
        "CACHE_DIR": str(folder),
        "DISABLE_REMOTE_CACHE": "1",
        "GITHUB_ACCESS_TOKEN": "",  # empty and there: lean-dojo reads `.env` files for what is not there, and asks GitHub about a token
        "PYTHON_DOTENV_DISABLED": "1",
        "PYTHONPATH": str(Path(prover.__file__).parents[1]),
    }
    if home and (elan := Path(home) / ".elan").is_dir():
        child.setdefault("ELAN_HOME", str(elan))  # the process has a home of its own
    return DojoLean(folder, importlib.metadata.version("lean-dojo"), child)
