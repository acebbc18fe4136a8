"""What one tactic does to one state. Five outcomes, and no sixth: a caller matches on all of them."""

from dataclasses import dataclass
from typing import Literal

from prover.proof.state import ProofState

RejectionKind = Literal["parse", "forbidden", "error", "sorry", "heartbeats", "kernel", "metavariables", "axiom", "too_long"]


@dataclass(frozen=True, slots=True)
class Cost:
    """Attributes:
    lean_seconds: Lean's own elapsed time for the step.
    heartbeats: in Lean's unit (thousands of small allocations), machine-independent.
    """

    lean_seconds: float = 0.0
    heartbeats: int = 0


@dataclass(frozen=True, slots=True)
class Advanced:
    """The tactic ran; goals are left."""

    state: ProofState
    cost: Cost


@dataclass(frozen=True, slots=True)
class Closed:
    """No goals are left, and the kernel of the search's Lean accepted the proof. A hint: only a verdict is a proof."""

    tactics: tuple[str, ...]
    cost: Cost


@dataclass(frozen=True, slots=True)
class Rejected:
    """Lean or the guard refused the tactic."""

    kind: RejectionKind
    message: str
    cost: Cost


@dataclass(frozen=True, slots=True)
class TimedOut:
    """The wall clock ran out and the Lean process was killed."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Crashed:
    """The Lean process died on this tactic, twice: the tactic is to blame, not the machine."""

    message: str


StepResult = Advanced | Closed | Rejected | TimedOut | Crashed
