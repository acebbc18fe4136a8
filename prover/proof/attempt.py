"""How one try at one statement ended, and what it cost."""

from dataclasses import dataclass, field, fields

from prover.proof.script import Proof


@dataclass(slots=True)
class Telemetry:
    """What one search did and spent; the only mutable value here, owned by the search that fills it. Recorded as it is, under these names.

    Attributes:
        seconds: wall clock, without the judge's.
        expansions: questions to the policy.
        proposals, unique_proposals: what it answered; without repetitions within a node.
        truncated, dropped: answers cut at a length limit; answers that were no text of a tactic. Neither counts as a proposal.
        tokens_in, tokens_out: read and written by the policy.
        policy_seconds: that questions took, waiting for a place in a batch included; summed over questions, which may overlap.
        lean_steps: tactics run; ``outcomes``, by how they ended (advanced, closed, rejected, timedout, crashed).
        lean_seconds: Lean's own, summed over processes.
        queue_seconds: that steps spent besides, waiting for a process, for a replay, on the way.
        nodes, edges: of the search graph. merged: steps that led to a node that was there already.
        finished: nodes closed by one of the search's own tactics.
        cache_hits, cache_misses: proofs of an equal problem that were tried where another script led to it: that worked, that did not.
        refused: proofs that the judge refused.
        passes: searches from the beginning, the first included.
        restarts: Lean processes given up, by anybody, while this search ran.
        faults: faults of the infrastructure, that ended the search.
        peak_mb: largest resident memory of this program and of a Lean process, added, while it ran.
        searches: that a team ran; the fields above are theirs together, its checks of plans included.
        plans, plans_rejected: that were followed; that were given up, before or after.
        subgoals, subgoals_proved, subgoals_disproved: of followed plans; of plans that were looked at.
        planner_seconds: that the planner was waited for.
        solved_seconds, solved_expansions: when the proof was found; None without one.
    """

    seconds: float = 0.0
    expansions: int = 0
    proposals: int = 0
    unique_proposals: int = 0
    truncated: int = 0
    dropped: int = 0
    tokens_in: int = 0
    tokens_out: int = 0
    policy_seconds: float = 0.0
    lean_steps: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    lean_seconds: float = 0.0
    queue_seconds: float = 0.0
    nodes: int = 0
    edges: int = 0
    merged: int = 0
    finished: int = 0
    cache_hits: int = 0
    cache_misses: int = 0
    refused: int = 0
    passes: int = 0
    restarts: int = 0
    faults: int = 0
    peak_mb: float = 0.0
    searches: int = 0
    plans: int = 0
    plans_rejected: int = 0
    subgoals: int = 0
    subgoals_proved: int = 0
    subgoals_disproved: int = 0
    planner_seconds: float = 0.0
    solved_seconds: float | None = None
    solved_expansions: int | None = None

    def include(self, other: "Telemetry") -> None:
        """Adds what another search spent. When it was solved, and how long it all took, is for the one who adds to say."""
        for name in (one.name for one in fields(self)):
            if name == "outcomes":
                for outcome, count in other.outcomes.items():
                    self.outcomes[outcome] = self.outcomes.get(outcome, 0) + count
            elif name == "peak_mb":
                self.peak_mb = max(self.peak_mb, other.peak_mb)
            elif name not in ("seconds", "solved_seconds", "solved_expansions"):
                setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class Proved:
    """Lean closed the statement. Counts only once the judge has verified it."""

    proof: Proof
    heartbeats: int
    telemetry: Telemetry


@dataclass(frozen=True, slots=True)
class Exhausted:
    """Nothing is left to expand: a larger budget would not help this policy."""

    telemetry: Telemetry


@dataclass(frozen=True, slots=True)
class OutOfBudget:
    """``limit`` names what ran out first: seconds, expansions, lean_steps or passes."""

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
