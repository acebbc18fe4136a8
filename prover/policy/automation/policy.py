"""Ranks the moves of all families and hands them out in slices."""

import math
from collections.abc import Sequence

from prover.policy.automation import arithmetic, finishers, structure
from prover.policy.automation.moves import Context, Family
from prover.proof.proposal import Proposal
from prover.proof.state import ProofState

FAMILIES: tuple[Family, ...] = (
    finishers.finishers,
    structure.introductions,
    structure.splitting,
    structure.witnesses,
    structure.induction,
    structure.cases,
    structure.using_hypotheses,
    arithmetic.residues,
    arithmetic.power_residues,
    arithmetic.unfold_powers,
    arithmetic.divisibility,
    arithmetic.enumeration,
    arithmetic.products,
    arithmetic.big_numbers,
)


def ranked(state: ProofState, families: Sequence[Family] = FAMILIES) -> list[Proposal]:
    """All proposals for a state, best first, with log-probabilities that sum to one in probability."""
    if not state.goals:
        return []
    context = Context(state.goals[0], len(state.goals), "import Mathlib" in state.statement.header, len(state.tactics))
    weights: dict[str, float] = {}
    for family in families:
        for move in family(context):
            weights[move.tactic] = max(weights.get(move.tactic, 0.0), move.weight)
    total = sum(weights.values())
    ordered = sorted(weights.items(), key=lambda item: -item[1])
    return [Proposal(tactic, math.log(weight / total)) for tactic, weight in ordered]


class AutomationPolicy:
    """The built-in policy. Asked again about a state, it goes on down its list; at the end it answers nothing."""

    async def propose(self, states: Sequence[ProofState], n: int, *, asked: Sequence[int], seed: int) -> list[list[Proposal]]:
        return [ranked(state)[n * times : n * (times + 1)] for state, times in zip(states, asked, strict=True)]
