"""What a policy is asked and what it answers."""

from dataclasses import dataclass

from prover.proof.state import ProofState


class PolicyFault(Exception):
    """The policy could not be asked, or answered what no policy may: the infrastructure's fault, never a failed attempt. One line for the user."""


@dataclass(frozen=True, slots=True)
class Question:
    """One state that tactics are wanted for. Answered the same whatever else is in its batch.

    Attributes:
        samples: proposals wanted.
        asked: how often the policy was asked about this state before. A policy that ranks rather than samples goes on where it stopped.
        temperature: of the distribution that is drawn from; None leaves it to the policy, and lets one that can rank do so.
        seed: of whatever is drawn for this question.
    """

    state: ProofState
    samples: int
    asked: int = 0
    temperature: float | None = None
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Proposal:
    """One tactic that a policy would try.

    Attributes:
        tactic: Lean text, one tactic or a block.
        logprob: natural logarithm of its total probability under the policy, at temperature 1.
        token_logprobs: per token, the end of the text included, where the policy has tokens; they sum to ``logprob``.
    """

    tactic: str
    logprob: float
    token_logprobs: tuple[float, ...] = ()

    @property
    def mean_logprob(self) -> float:
        """Per token; of a policy without tokens, the total."""
        return self.logprob / len(self.token_logprobs) if self.token_logprobs else self.logprob


@dataclass(frozen=True, slots=True)
class Answer:
    """What a policy says to one question.

    Attributes:
        proposals: in the order in which they are to be tried; the same tactic is there as often as it was drawn. None at all say that the policy
            has nothing more for this state.
        tokens_in, tokens_out: read and written for this question; 0 of a policy without tokens.
        truncated: proposals that were cut at the length limit, and left out; and prompts that did not fit, each as one.
        dropped: proposals left out because they are no text of a tactic (empty, no UTF-8, too long).
    """

    proposals: tuple[Proposal, ...]
    tokens_in: int = 0
    tokens_out: int = 0
    truncated: int = 0
    dropped: int = 0
