"""The judge's word on a finished proof."""

from dataclasses import dataclass

STANDARD_AXIOMS = frozenset({"propext", "Quot.sound", "Classical.choice"})


@dataclass(frozen=True, slots=True)
class Verified:
    """The kernel accepted a proof of exactly the statement asked for, from standard axioms only.

    Attributes:
        axioms: those the proof reaches.
        lean: the Lean that judged, by version and origin.
        seconds: that the judgement took.
    """

    axioms: tuple[str, ...]
    lean: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Refused:
    """The file is not a proof of the statement; ``reason`` says why."""

    reason: str
    axioms: tuple[str, ...]
    lean: str
    seconds: float


@dataclass(frozen=True, slots=True)
class CannotJudge:
    """No judgement was possible (no Lean, a crash, a timeout). Never counts as verified, never as refused."""

    reason: str
    lean: str


Verdict = Verified | Refused | CannotJudge


def status(verdict: Verdict) -> str:
    match verdict:
        case Verified():
            return "verified"
        case Refused():
            return "refused"
        case CannotJudge():
            return "cannot_judge"
