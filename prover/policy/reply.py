"""What a completions server answered, checked before anything uses it. The server is another program, perhaps another organisation: nothing in its
reply is taken on trust but the text and the probabilities that it gives."""

import json
import math
import re
from collections.abc import Sequence
from typing import Literal

from pydantic import BaseModel

from prover.policy.completion import REPLACEMENT, Completion
from prover.proof.proposal import PolicyFault

TEXT_IN_PIECES = re.compile(r"�|^bytes:|^token_id:")
"""Tokens that do not show their text: part of a character, or the number of a token in its place."""


class Logprobs(BaseModel):
    tokens: list[str]
    token_logprobs: list[float | None]


class Choice(BaseModel):
    text: str
    finish_reason: Literal["stop", "length"]
    logprobs: Logprobs | None = None


class Usage(BaseModel):
    prompt_tokens: int = 0


class Reply(BaseModel):
    choices: list[Choice]
    usage: Usage | None = None


def parse(content: bytes) -> Reply:
    """Text that is no Unicode comes out with replacement characters, by which its proposal is dropped.

    Raises:
        ValueError: no JSON, or no reply of a completions endpoint.
    """
    try:
        value = json.loads(content.decode("utf-8", errors="replace"))
        return Reply.model_validate_json(re.sub("[\ud800-\udfff]", REPLACEMENT, json.dumps(value, ensure_ascii=False)))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"what is no completion: {error}") from error


def completions(reply: Reply, samples: int) -> list[Completion]:
    """The texts of a reply with the log-probabilities of their tokens, in the order of the reply.

    Raises:
        PolicyFault: other than the wanted number, log-probabilities missing or impossible, or tokens that do not spell the text.
    """
    if len(reply.choices) != samples:
        raise PolicyFault(f"it gave {len(reply.choices)} completions where {samples} were asked for: a server without `n` is of no use here")
    return [Completion(choice.text, _token_logprobs(choice), choice.finish_reason == "stop") for choice in reply.choices]


def _token_logprobs(choice: Choice) -> tuple[float, ...]:
    if choice.logprobs is None or not choice.logprobs.token_logprobs:
        raise PolicyFault("it gave no log-probabilities: a server without `logprobs` is of no use here")
    found = choice.logprobs.token_logprobs
    if len(found) != len(choice.logprobs.tokens):
        raise PolicyFault(f"it gave {len(found)} log-probabilities for {len(choice.logprobs.tokens)} tokens")
    values = tuple(value for value in found if value is not None and math.isfinite(value) and value <= 1e-3)
    if len(values) != len(found):
        raise PolicyFault("it gave a log-probability that is none (missing, infinite or above 0)")
    if not _spells(choice.logprobs.tokens, choice.text):
        raise PolicyFault("it gave log-probabilities of another text than the completion's")
    return values


def _spells(tokens: Sequence[str], text: str) -> bool:
    """Whether the tokens are those of the text, as far as they show theirs. After it may come what ended it: an end token or a stop text."""
    return any(TEXT_IN_PIECES.search(token) for token in tokens) or REPLACEMENT in text or "".join(tokens).startswith(text)
