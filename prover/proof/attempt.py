"""How one try at one statement ended, and what it cost."""

from dataclasses import dataclass, field


@dataclass(slots=True)
class Telemetry:
    """Counters of one search; the only mutable value here, owned by the search that fills it.

    Units: seconds are wall seconds of the search, ``lean_seconds`` Lean's own, ``policy_seconds`` spent in the policy.
    """

    seconds: float = 0.0
    expansions: int = 0
    proposals: int = 0
    lean_steps: int = 0
    lean_seconds: float = 0.0
    policy_seconds: float = 0.0
    merged: int = 0
    nodes: int = 0
    restarts: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Proved:
    """Lean closed the statement with these tactics. Counts only once the judge has verified it."""

    tactics: tuple[str, ...]
    heartbeats: int
    telemetry: Telemetry


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Nothing is left to expand: a larger budget would not help this policy."""

    telemetry: Telemetry


@dataclass(frozen=True, slots=True)
class OutOfBudget:
    """``limit`` names what ran out first: seconds, expansions or lean_steps."""

    limit: str
    telemetry: Telemetry


@dataclass(frozen=True, slots=True)
class Unsupported:
    """The statement does not elaborate under this Lean and header; Lean's message, and where."""

    message: str
    telemetry: Telemetry


@dataclass(frozen=True, slots=True)
class Faulted:
    """The infrastructure failed. Never a failed attempt: it is tried again, and no score prints before that."""

    message: str
    telemetry: Telemetry


Attempt = Proved | Exhausted | OutOfBudget | Unsupported | Faulted
