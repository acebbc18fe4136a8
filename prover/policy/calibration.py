"""Weights of a mixture from tactics that worked.

Maximum likelihood by expectation maximisation (Dempster, Laird and Rubin 1977): each round a member's new weight is the mean share that it had in
the probability of the tactics. No round lowers the likelihood of the tactics; weights stay a distribution.
"""

import math
from collections.abc import Sequence

from prover.policy.mixture import log_sum_exp


def calibrated_weights(logprobs: Sequence[Sequence[float]], *, rounds: int = 200, floor: float = 0.01) -> tuple[float, ...]:
    """Args:
        logprobs: for each tactic that was right, its log-probability under each member; −∞ where a member would not propose it. Tactics that no
            member proposes say nothing and are passed over.
        rounds: of expectation maximisation.
        floor: smallest weight in the result: a member that recorded data never needed may still be needed.

    Returns:
        One weight for each member; they sum to one.
    """
    said = [row for row in logprobs if max(row) > -math.inf]
    members = len(logprobs[0])
    weights = [1.0 / members] * members
    for _ in range(rounds if said else 0):
        weights = em_round(said, weights)
    raised = [max(weight, floor) for weight in weights]
    return tuple(weight / sum(raised) for weight in raised)


def em_round(logprobs: Sequence[Sequence[float]], weights: Sequence[float]) -> list[float]:
    """One round: new weights from the members' shares in each tactic's probability."""
    totals = [0.0] * len(weights)
    counted = 0
    for row in logprobs:
        joint = [math.log(weight) + logprob if weight > 0 else -math.inf for weight, logprob in zip(weights, row, strict=True)]
        evidence = log_sum_exp(joint)
        if evidence == -math.inf:
            continue
        counted += 1
        for member, value in enumerate(joint):
            totals[member] += math.exp(value - evidence)
    return [total / counted for total in totals] if counted else list(weights)
