"""From what a model wrote to what a policy answers: the same rules whichever engine wrote it.

Nothing is lost without being counted: a completion that was cut is `truncated`, one that is no text of a tactic is `dropped`.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from prover.policy.prompts import Prompt
from prover.proof.proposal import Answer, Proposal

MAX_TACTIC_BYTES = 16_384
"""A longer proposal is dropped here; Lean's own limit (`lean.tactic_bytes`) may be lower."""

REPLACEMENT = "\ufffd"
"""What decoders put for bytes that are no UTF-8."""


@dataclass(frozen=True, slots=True)
class Completion:
    """One text that a model wrote after a prompt.

    Attributes:
        text: decoded, without special tokens.
        token_logprobs: natural logarithms at temperature 1, one for each token drawn, the end of the text included.
        finished: it ended by itself, not at the limit of its length.
    """

    text: str
    token_logprobs: tuple[float, ...]
    finished: bool


def answer_of(completions: Sequence[Completion], prompt: Prompt, tokens_in: int) -> Answer:
    """Sorts completions of one question into proposals, truncated and dropped, in the order given."""
    proposals: list[Proposal] = []
    truncated = dropped = 0
    for completion in completions:
        if not completion.finished:
            truncated += 1
            continue
        tactic = prompt.read(completion.text)
        if is_tactic_text(tactic):
            proposals.append(Proposal(tactic, math.fsum(completion.token_logprobs), completion.token_logprobs))
        else:
            dropped += 1
    tokens_out = sum(len(completion.token_logprobs) for completion in completions)
    return Answer(tuple(proposals), tokens_in, tokens_out, truncated, dropped)


def does_not_fit(tokens_in: int) -> Answer:
    """The answer about a state whose prompt is longer than the model reads: none, and counted."""
    return Answer((), tokens_in=tokens_in, truncated=1)


def is_tactic_text(text: str) -> bool:
    """Whether a text could be sent to Lean at all: not empty, valid UTF-8 without NUL, and of bearable length."""
    if not text.strip() or REPLACEMENT in text or "\0" in text:
        return False
    try:
        return len(text.encode("utf-8")) <= MAX_TACTIC_BYTES
    except UnicodeEncodeError:  # a lone surrogate, which JSON can carry and UTF-8 cannot
        return False
