"""The words in which a Lean is found and started: what a launch is, what went wrong, how far a long stage has come.

Values only. Knows nothing of where a Lean comes from (`embedded`, `native`) nor of who supervises it (`worker`).
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

Role = Literal["search", "elaborate", "replay"]
"""What a process is for. A search and an elaboration run what a model wrote; a replay never does, and shares no writable file with them."""

Progress = Callable[[str, int, int], None]
"""Called with a stage's name, what of it is done, and its total in the same unit (0: the total is not known)."""


def no_progress(_stage: str, _done: int, _total: int) -> None:
    """The progress callback of a caller who does not watch."""


class ToolchainError(Exception):
    """A Lean that could not be found, provisioned or started. One line: what happened, to what, what to do.

    ``detail`` holds what a log wants and a user does not: the output of the tool that failed.
    """

    def __init__(self, message: str, *, detail: str = "") -> None:
        super().__init__(message)
        self.detail = detail


@dataclass(frozen=True, slots=True)
class Launch:
    """How to start one Lean process.

    ``env`` is complete: the child gets these variables and no others. ``stack_kb`` is the soft RLIMIT_STACK that the parent
    sets for the child (KiB), None where the child's own limit will do. ``readable`` and ``writable`` are folders that it needs.
    """

    argv: tuple[str, ...]
    env: Mapping[str, str]
    cwd: Path
    stack_kb: int | None
    readable: tuple[Path, ...] = ()
    writable: tuple[Path, ...] = ()
