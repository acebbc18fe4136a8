"""The judge's word on a finished proof."""

from dataclasses import dataclass
from typing import Any

STANDARD_AXIOMS = frozenset({"propext", "Quot.sound", "Classical.choice"})


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What a verdict was reached with, and without.

    Attributes:
        lean: the Lean that judged, by version and origin.
        kernels: those that checked every declaration, by name; empty where it did not come to that.
        seconds: that the judgement took.
        compared: the theorem was compared with a challenge that the file had no part in.
        statement: the proposition that the kernel saw, as text.
        not_enforced: what the machine or this Lean did not hold the judgement to, a sentence each.
    """

    lean: str
    kernels: tuple[str, ...] = ()
    seconds: float = 0.0
    compared: bool = True
    statement: str = ""
    not_enforced: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Verified:
    """The kernel accepted a proof of exactly the statement asked for, from standard axioms only: ``axioms``, those that it reaches."""

    axioms: tuple[str, ...]
    circumstances: Circumstances


@dataclass(frozen=True, slots=True)
class Refused:
    """The file is not a proof of the statement; ``reason`` says why."""

    reason: str
    axioms: tuple[str, ...]
    circumstances: Circumstances


@dataclass(frozen=True, slots=True)
class CannotJudge:
    """No judgement was possible (no Lean, a crash, a timeout). Never counts as verified, never as refused."""

    reason: str
    circumstances: Circumstances


Verdict = Verified | Refused | CannotJudge


def status(verdict: Verdict) -> str:
    match verdict:
        case Verified():
            return "verified"
        case Refused():
            return "refused"
        case CannotJudge():
            return "cannot_judge"


def details(verdict: Verdict) -> dict[str, Any]:
    """Everything else that a verdict says, as JSON values."""
    about = verdict.circumstances
    return {
        "axioms": [] if isinstance(verdict, CannotJudge) else list(verdict.axioms),
        "reason": "" if isinstance(verdict, Verified) else verdict.reason,
        "lean": about.lean,
        "kernels": list(about.kernels),
        "compared": about.compared,
        "statement": about.statement,
        "not_enforced": list(about.not_enforced),
        "seconds": round(about.seconds, 3),
    }
