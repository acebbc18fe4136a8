"""What the cache says about a goal, as values. All of it is hearsay: whoever uses it sees for himself that it holds."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass

from prover.proof.script import Proof
from prover.proof.state import ProofState


@dataclass(frozen=True, slots=True)
class Key:
    """Names a goal for everybody.

    Attributes:
        environment: of `environment_of`.
        goal: `ProofState.key`: equal up to the names of hypotheses and bound variables, and the order of hypotheses.
    """

    environment: str
    goal: str

    @classmethod
    def of(cls, environment: str, state: ProofState) -> "Key":
        return cls(environment, state.key)


def environment_of(lean: Mapping[str, object], header: str) -> str:
    """SHA-256, 16 hex digits, of what decides what a goal's text means: the Lean (its identity) and the file before the theorem."""
    return hashlib.sha256(json.dumps([lean, header], sort_keys=True, ensure_ascii=False).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class ProvedClaim:
    """Somebody says that a proof closes the goal.

    Attributes:
        names: the hypotheses' names that the proof speaks of, in the canonical order (`Goal.order`), so that it can be renamed; empty where unknown.
        heartbeats: that its steps spent.
        goal: the proposition, closed over its hypotheses (``∀ (n : Nat), 0 < n → …``) in Lean's own words, for people and for finding similar ones;
            empty where it cannot be written (inaccessible names).
    """

    proof: Proof
    names: tuple[str, ...]
    heartbeats: int
    goal: str


@dataclass(frozen=True, slots=True)
class Tried:
    """A search that found nothing.

    Attributes:
        settings: digest of policy and search settings.
        seconds, expansions: that it was given and spent.
        exhausted: nothing was left to expand.
    """

    settings: str
    seconds: float
    expansions: int
    exhausted: bool = False


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Everything the cache says about one goal.

    Attributes:
        proved: claims, the newest first; several where an older one did not hold everywhere.
        disproved: how its negation was proved, or a counterexample; empty when nobody says so.
        held_by: owner of the lease on it; empty when nobody is at it.
    """

    proved: tuple[ProvedClaim, ...] = ()
    disproved: str = ""
    tried: tuple[Tried, ...] = ()
    held_by: str = ""
