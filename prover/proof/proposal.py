"""What a policy answers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Proposal:
    """One tactic that a policy would try.

    Attributes:
        tactic: Lean text, one tactic or a block.
        logprob: natural logarithm of its total probability under the policy.
        token_logprobs: per token, where the policy has tokens; they sum to ``logprob``.
    """

    tactic: str
    logprob: float
    token_logprobs: tuple[float, ...] = ()
