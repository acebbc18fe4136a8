"""Ranks the moves of all families and hands them out in slices."""

import math
import random
from collections.abc import Sequence

from prover.policy.automation import (
    choice,
    descent,
    divisibility,
    enumeration,
    finishers,
    generalisation,
    hypotheses,
    indices,
    induction,
    library,
    modular,
    positivity,
    powers,
    products,
    recursion,
    residues,
    sequences,
    structure,
    witnesses,
)
from prover.policy.automation.moves import Context, Family
from prover.policy.automation.text import explosive
from prover.proof.proposal import Answer, Proposal, Question
from prover.proof.state import ProofState

FAMILIES: tuple[Family, ...] = (
    finishers.finishers,
    finishers.definitions,
    structure.introductions,
    structure.splitting,
    structure.cases,
    witnesses.witnesses,
    library.library,
    library.ordered_factors,
    library.greatest,
    choice.chosen_functions,
    choice.diagonals,
    choice.fixed_points,
    choice.constants,
    induction.induction,
    induction.earlier_cases,
    recursion.whole_inductions,
    indices.tables,
    indices.integers,
    indices.additive_steps,
    recursion.accumulators,
    generalisation.generalisation,
    generalisation.members,
    generalisation.spreading,
    hypotheses.using_hypotheses,
    descent.descent,
    residues.residues,
    residues.known_residues,
    residues.monomial_residues,
    residues.power_residues,
    powers.unfold_powers,
    powers.multiplied_bounds,
    divisibility.divisibility,
    divisibility.divisor_bounds,
    divisibility.common_divisors,
    divisibility.integral_equations,
    enumeration.enumeration,
    enumeration.bounded_exponents,
    modular.settled_residues,
    positivity.positive_coefficients,
    positivity.weighted_squares,
    products.hints,
    products.natural_products,
    products.vanishing,
    products.factoring,
    products.denominators,
    sequences.sequences,
)


def ranked(state: ProofState, families: Sequence[Family] = FAMILIES) -> list[Proposal]:
    """All proposals for a state, best first, with log-probabilities that sum to one in probability."""
    if not state.goals:
        return []
    context = Context(state.goals[0], state.statement)
    weights: dict[str, float] = {}
    for family in (residues.power_residues,) if explosive(context.goal) else families:
        for move in family(context):
            weights[move.tactic] = max(weights.get(move.tactic, 0.0), move.weight)
    total = sum(weights.values())
    ordered = sorted(weights.items(), key=lambda item: -item[1])
    return [Proposal(tactic, math.log(weight / total)) for tactic, weight in ordered]


class AutomationPolicy:
    """The built-in policy. Asked again about a state, it goes on down its list; at the end it answers nothing.

    At a temperature it draws from its list instead, with replacement, as a language model does.
    """

    identity = "automation"

    async def propose(self, questions: Sequence[Question]) -> list[Answer]:
        return [Answer(tuple(self._proposals(question))) for question in questions]

    async def close(self) -> None:
        """There is nothing to end."""

    def _proposals(self, question: Question) -> list[Proposal]:
        everything = ranked(question.state)
        if question.temperature is None or not everything:
            return everything[question.samples * question.asked : question.samples * (question.asked + 1)]
        weights = [math.exp(proposal.logprob / question.temperature) for proposal in everything]
        return random.Random(question.seed).choices(everything, weights, k=question.samples)
