"""Showing that a subgoal is false: its closed form, ∀ hypotheses, target, fails for some values of what it speaks of, or its negation is proved.

The closed form is what is attacked, so that a subgoal that holds because its hypotheses contradict one another counts as what it is: true. Everything
is proved in Lean: a countermodel, or a negation that was found, is a proof that the subgoal cannot be.
Costs at most some twenty steps of some ten milliseconds each.
"""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from planners.models import models, plain, recursions, tuples
from prover.policy.automation.text import binders, fresh, words
from prover.proof.lean import Lean
from prover.proof.script import Proof
from prover.proof.state import Goal, Hypothesis, ProofState
from prover.proof.step import Advanced, Closed, Rejected

Attempt = Callable[[ProofState, float], Awaitable[Proof | None]]
"""A search from a state, of at most so many seconds; None: nothing was found."""

HEARTBEATS = 2_000
"""Of one step; some two seconds."""

_NEGATION = 1 / 3
"""Share of the time that the search for the negation may have."""

_CLOSED = "refine (fun (p : Prop) (_ : ¬p) (r : p) => r) _ ?negation ?rest"
"""Leaves two goals, ¬G and G, without a word of G."""

_PREMISE = "first | decide +kernel | (intros; rfl) | (intros; simp_all; done) | (intros; simp at *; omega) | grind -verbose"


@dataclass(frozen=True, slots=True)
class Refuted:
    """The subgoal is false: ``how``, a countermodel (``n = 3, k = 0``), or that its negation was proved."""

    how: str


@dataclass(frozen=True, slots=True)
class Unrefuted:
    """Attributes:
    tested: small values were tried, and it held for all of them; otherwise nothing is known.
    """

    tested: bool


async def refute(lean: Lean, state: ProofState, attempt: Attempt | None = None, *, seconds: float = 3.0) -> Refuted | Unrefuted:
    """Attacks one subgoal.

    Args:
        state: one goal.
        attempt: searches for a proof of the negation, where no values could be tried.
        seconds: for the whole of it; a step that runs is not interrupted.
    """
    ends = time.monotonic() + seconds
    if state.goals[0].head in ("∀", "→"):
        introduced = await lean.step(state, "intros", heartbeats=HEARTBEATS)
        state = introduced.state if isinstance(introduced, Advanced) else state
    goal, named = _named(state.goals[0])
    negation = await _negation(lean, state, goal, named)
    if negation is None:
        return Unrefuted(tested=False)
    result = await _by_values(lean, negation, goal, ends)
    left = min(ends - time.monotonic(), seconds * _NEGATION)
    if result == Unrefuted(tested=False) and attempt is not None and left > 0 and await attempt(negation, left) is not None:
        return Refuted("its negation has a proof")
    return result


def _named(goal: Goal) -> tuple[Goal, str]:
    """The goal with a name for every hypothesis, and the tactic that gives them."""
    hidden = [h for h in goal.hypotheses if not h.accessible]
    if not hidden:
        return goal, ""
    names = fresh([h.name for h in goal.hypotheses], *(h.name.replace("✝", "").rpartition(".")[2] or "x" for h in hidden))
    by_place = iter(names)
    hypotheses = tuple(h if h.accessible else Hypothesis(next(by_place), h.type, h.kind, h.head, h.carrier, h.value) for h in goal.hypotheses)
    return Goal(goal.case, hypotheses, goal.target, goal.head, goal.carrier, goal.pp, goal.order), f"rename_i {' '.join(names)}\n"


async def _negation(lean: Lean, state: ProofState, goal: Goal, named: str) -> ProofState | None:
    """The negation of the closed form, its data in front: ¬ ∀ data, facts → target. None where a hypothesis cannot be moved."""
    if any(h.value is not None or h.kind == "instance" for h in goal.hypotheses):
        return None
    premises = [h.name for h in goal.hypotheses if h.kind == "prop"]
    data = [h.name for h in goal.hypotheses if h.kind == "data"]
    reverts = "".join(f"revert {' '.join(names)}\n" for names in (premises, data) if names)
    result = await lean.step(state, f"{named}{reverts}{_CLOSED}", heartbeats=HEARTBEATS)
    parts = result.state.split() if isinstance(result, Advanced) else ()
    return next((part for part in parts if part.goals[0].head == "Not"), None) if len(parts) == 2 else None


async def _by_values(lean: Lean, negation: ProofState, goal: Goal, ends: float) -> Refuted | Unrefuted:
    """Every model with all small values of the other data, decided at once; where one of them is a countermodel, it is looked for."""
    tested = False
    for model in models(goal):
        if time.monotonic() > ends:
            break
        found = await _in_model(lean, negation, goal, model)
        tested = tested or found is not None
        if found:
            return Refuted(found)
    return Unrefuted(tested)


async def _in_model(lean: Lean, negation: ProofState, goal: Goal, model: dict[str, str]) -> str | None:
    """A countermodel as people read it; empty when there is none among those tried, None when nothing could be tried."""
    free = plain(goal, model)
    if any(not options for _, _, options in free):
        return None
    (claim,) = fresh([h.name for h in goal.hypotheses], "claim")
    held = await lean.step(negation, f"intro {claim}\nreplace {claim} := {_specialised(goal, model, claim)}", heartbeats=HEARTBEATS)
    if not isinstance(held, Advanced):
        return None  # the model does not satisfy the hypotheses, or is not seen to
    types, candidates = [type_ for _, type_, _ in free], tuples([options for _, _, options in free])
    decision = _some_fails(claim, types, candidates) if free else f"exact absurd {claim} (by decide +kernel)"
    match await lean.step(held.state, decision, heartbeats=HEARTBEATS):
        case Closed():
            at = await _which(lean, held.state, claim, candidates)
            return _shown(goal, model, dict(zip([h.name for h, _, _ in free], at, strict=True)))
        case Rejected(_, message, _) if "is false" in message:
            return ""
        case _:
            return None


def _specialised(goal: Goal, model: dict[str, str], claim: str) -> str:
    """The claim in the model. What is assumed of the model alone is proved on the spot; what is assumed of the free data stays a premise."""
    free = plain(goal, model)
    names = {h.name for h, _, _ in free}
    premises = [h for h in goal.hypotheses if h.kind == "prop"]
    kept = [h.name for h in premises if not model or names & (words(h.type) - set(binders(h.type)))]
    lambdas = [*(f"({h.name} : {type_})" for h, type_, _ in free), *(f"({name} : _)" for name in kept)]
    arguments = [f"({model.get(h.name, h.name)})" for h in goal.hypotheses if h.kind == "data"]
    arguments += [h.name if h.name in kept else f"(by clear {claim}; {_PREMISE})" for h in premises]
    applied = " ".join([claim, *arguments])
    return f"fun {' '.join(lambdas)} => {applied}" if lambdas else applied


def _some_fails(claim: str, types: list[str], candidates: list[tuple[str, ...]]) -> str:
    """One decision about all candidates: some of them is no instance of the claim."""
    places = [f"v{'.2' * k}{'.1' if k < len(types) - 1 else ''}" for k in range(len(types))]
    names = [f"a{k}" for k in range(len(types))]
    holds = f"P {' '.join(places)}"
    listed = ", ".join(f"({', '.join(candidate)})" for candidate in candidates)
    return (
        f"exact (fun (P : {' → '.join([f'({type_})' for type_ in types])} → Prop) (g : ∀ {' '.join(names)}, P {' '.join(names)})\n"
        f"  (w : ∃ v ∈ ([{listed}] : List ({' × '.join(f'({type_})' for type_ in types)})), ¬ {holds}) =>\n"
        f"  w.elim fun v q => q.2 (g {' '.join(places)})) _ {claim} (by decide +kernel)"
    )


async def _which(lean: Lean, state: ProofState, claim: str, candidates: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The first candidate that fails, of which there is one: halved until it is left alone."""
    while len(candidates) > 1:
        half = candidates[: len(candidates) // 2]
        alternatives = "\n".join(f"| exact absurd ({claim} {' '.join(candidate)}) (by decide +kernel)" for candidate in half)
        fails = isinstance(await lean.step(state, f"first\n{alternatives}", heartbeats=HEARTBEATS), Closed)
        candidates = half if fails else candidates[len(half) :]
    return candidates[0]


def _shown(goal: Goal, model: dict[str, str], values: dict[str, str]) -> str:
    defined = recursions(goal).keys()
    chosen = [f"{name} = {_plain(value)}" for name, value in model.items() if name not in defined]
    chosen += [f"{name} as the hypotheses define it" for name in model if name in defined]
    return ", ".join([*chosen, *(f"{name} = {_plain(value)}" for name, value in values.items())]) or "it is false as it stands"


def _plain(value: str) -> str:
    return value[1:-1] if value.startswith("(") and value.count("(") == 1 else value
