"""Several policies as one: the probability of a tactic is the weighted sum of what they give it.

    log p(t) = log Σᵢ wᵢ pᵢ(t),  over the members that proposed t

A member that did not propose a tactic may still hold it likely, so this is a lower bound. A tactic of a mixture has no tokens: its log-probability is
of the whole, for all members alike. Deterministic where the members are. `prover.policy.calibration` fits the weights.
"""

import asyncio
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from prover.policy.identity import Identity, OpenPolicy
from prover.proof.proposal import Answer, Proposal, Question


@dataclass(frozen=True, slots=True)
class Member:
    """One policy of a mixture.

    Attributes:
        weight: its probability in the mixture.
        share: of the proposals that are wanted; 0 leaves it unasked.
    """

    policy: OpenPolicy
    weight: float
    share: float


class Mixture:
    """Asks every member for its share. Each with a share is asked for one proposal at least, so that few samples silence nobody."""

    def __init__(self, members: Sequence[Member]) -> None:
        total, shares = sum(member.weight for member in members), sum(member.share for member in members)
        if not members or not all(member.weight > 0 <= member.share for member in members) or shares <= 0:
            raise ValueError("a mixture needs members of positive weight, and somebody to ask")
        self._members = [Member(member.policy, member.weight / total, member.share / shares) for member in members]

    @property
    def identity(self) -> Identity:
        return {
            "kind": "mixture",
            "members": [{"policy": member.policy.identity, "weight": member.weight, "share": member.share} for member in self._members],
        }

    async def propose(self, questions: Sequence[Question]) -> list[Answer]:
        """Proposals of all members, likeliest first; a tactic is there as often as all of them drew it.

        Raises:
            PolicyFault: a member could not answer. The others' answers alone would be another policy.
        """
        asked = [member for member in self._members if member.share > 0]
        answers = await asyncio.gather(*(self._ask(member, questions) for member in asked))
        return [_merged(asked, [of_member[number] for of_member in answers]) for number in range(len(questions))]

    async def close(self) -> None:
        await asyncio.gather(*(member.policy.close() for member in self._members))

    async def _ask(self, member: Member, questions: Sequence[Question]) -> list[Answer]:
        return await member.policy.propose([replace(question, samples=max(1, round(question.samples * member.share))) for question in questions])


def _merged(members: Sequence[Member], answers: Sequence[Answer]) -> Answer:
    likely: dict[str, list[float]] = {}
    for member, answer in zip(members, answers, strict=True):
        # A member that draws may draw a tactic in several spellings of its tokens; the likeliest stands for it.
        best: dict[str, float] = {}
        for proposal in answer.proposals:
            best[proposal.tactic] = max(proposal.logprob, best.get(proposal.tactic, -math.inf))
        for tactic, logprob in best.items():
            likely.setdefault(tactic, []).append(math.log(member.weight) + logprob)
    proposals = [Proposal(proposal.tactic, log_sum_exp(likely[proposal.tactic])) for answer in answers for proposal in answer.proposals]
    return Answer(
        tuple(sorted(proposals, key=lambda proposal: -proposal.logprob)),
        sum(answer.tokens_in for answer in answers),
        sum(answer.tokens_out for answer in answers),
        sum(answer.truncated for answer in answers),
        sum(answer.dropped for answer in answers),
    )


def log_sum_exp(logs: Sequence[float]) -> float:
    """log Σ exp, without leaving the range of a float."""
    largest = max(logs)
    return largest if largest == -math.inf else largest + math.log(math.fsum(math.exp(log - largest) for log in logs))
