"""Whether a claim of the proof cache holds, from the cache alone: the goal is stated anew from the claim's text, and the proof is replayed on Lean.

The claim may come from anybody. That the text says what the goal's name stands for is seen from Lean's own name for it.
"""

from dataclasses import dataclass

from prover.cache.entries import Key, ProvedClaim
from prover.lean.answers import SourceError
from prover.lean.process import DeadlinePassed, WorkerDied
from prover.proof.lean import Lean
from prover.proof.script import lines
from prover.proof.state import Goal, ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Crashed, Rejected, StepResult, TimedOut
from prover.search.renaming import renaming

NAME = "claim_of_the_cache"


@dataclass(frozen=True, slots=True)
class Holds:
    """Lean closed the goal with the proof."""


@dataclass(frozen=True, slots=True)
class DoesNotHold:
    """It did not, or the claim is about another goal."""

    reason: str


@dataclass(frozen=True, slots=True)
class CannotTell:
    """The goal cannot be stated from the claim, or Lean did not get that far."""

    reason: str


Finding = Holds | DoesNotHold | CannotTell


def statement_of(header: str, claim: ProvedClaim) -> Statement:
    return Statement(NAME, header, f"theorem {NAME} : {claim.goal}")


async def recheck(lean: Lean, header: str, key: Key, claim: ProvedClaim) -> Finding:
    """Replays a claim.

    Args:
        header: of the claim's environment.
    """
    if not claim.goal.strip():
        return CannotTell("the claim does not write its goal out")
    try:
        start = await lean.start(statement_of(header, claim))
        return await _replayed(lean, start, key, claim)
    except SourceError as error:
        return CannotTell(f"the goal cannot be read back: {error.message}")
    except (WorkerDied, DeadlinePassed) as error:
        return CannotTell(f"Lean: {error}")


async def _replayed(lean: Lean, state: ProofState, key: Key, claim: ProvedClaim) -> Finding:
    if claim.names:
        introduced = await lean.step(state, "intro " + " ".join(f"hypothesis_{number}" for number, _ in enumerate(claim.names)))
        if not isinstance(introduced, Advanced):
            return DoesNotHold("its goal has fewer hypotheses than it has names")
        state = introduced.state
    goal = state.goals[0]
    if state.key != key.goal:
        return (
            CannotTell("the names of its hypotheses are not known")
            if not claim.names and goal.head in ("∀", "→")
            else DoesNotHold("it is about another goal")
        )
    names = _names(goal, claim)
    if names:
        named = await lean.step(state, renaming(goal, names))
        if not isinstance(named, Advanced):
            return _refused(named, "its hypotheses cannot have these names")
        state = named.state
    result = await lean.step(state, "\n".join(lines(claim.proof)), heartbeats=2 * claim.heartbeats + 1_000)
    return Holds() if isinstance(result, Closed) else _refused(result, "goals are left")


def _names(goal: Goal, claim: ProvedClaim) -> list[str]:
    """The claim's names in the order of the goal's hypotheses."""
    places = dict(zip(goal.order, claim.names, strict=False))
    return [places[index] for index in range(len(goal.hypotheses))] if len(places) == len(goal.hypotheses) else []


def _refused(result: StepResult, otherwise: str) -> Finding:
    match result:
        case Rejected(_, message, _) | Crashed(message):
            return DoesNotHold(message)
        case TimedOut(seconds):
            return CannotTell(f"Lean was not done within {seconds:g} s")
        case _:
            return DoesNotHold(otherwise)
