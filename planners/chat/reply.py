"""What a chat server answered, checked before anything uses it. The server is another program, perhaps another organisation: no more is taken from
its reply than texts of bounded length, why each ended, and how many tokens it says they were."""

import json
import re
from collections.abc import Callable, Sequence

from pydantic import BaseModel, Field, ValidationError

from planners.chat.exchange import Said, Usage
from planners.chat.prompts import Message

LONGEST_TEXT = 1_000_000
"""Characters, the thinking included; a longer one is cut, and counts as cut."""

CHARACTERS_PER_TOKEN = 3
"""Where tokens must be estimated; Lean has more symbols than prose has, so tokens are shorter."""

LONGEST_COUNT = 10**9


class _Message(BaseModel):
    """Its `reasoning_content`, which some servers have, is not read."""

    content: str | None = None


class _Choice(BaseModel):
    message: _Message
    finish_reason: str | None = None


class _Reply(BaseModel):
    choices: list[_Choice] = Field(min_length=1)
    usage: object = None


class _Usage(BaseModel):
    prompt_tokens: int = Field(ge=0, le=LONGEST_COUNT)
    completion_tokens: int = Field(ge=0, le=LONGEST_COUNT)


def parse(content: bytes, messages: Sequence[Message], redact: Callable[[str], str]) -> tuple[tuple[Said, ...], Usage]:
    """The texts of a reply, in its order, and its tokens. What is no Unicode comes out as replacement characters.

    Args:
        messages: of the question, whose tokens are estimated where the server does not count.
        redact: takes out of a text what must not be kept.

    Raises:
        ValueError: no JSON, or no reply of a chat endpoint.
    """
    try:
        reply = _Reply.model_validate(json.loads(content.decode("utf-8", errors="replace")))
    except (ValueError, RecursionError) as error:
        raise ValueError(f"what is no chat completion: {error}") from error
    said = tuple(_said(choice, redact) for choice in reply.choices)
    try:
        usage = _Usage.model_validate(reply.usage)
    except ValidationError:
        return said, estimated(messages, said)
    return said, Usage(usage.prompt_tokens, usage.completion_tokens)


def estimated(messages: Sequence[Message], said: Sequence[Said] = ()) -> Usage:
    """Tokens, from characters."""
    read = sum(len(message["content"]) for message in messages)
    written = sum(len(one.text) for one in said)
    return Usage(-(-read // CHARACTERS_PER_TOKEN), -(-written // CHARACTERS_PER_TOKEN), estimated=True)


def _said(choice: _Choice, redact: Callable[[str], str]) -> Said:
    text = redact(re.sub("[\ud800-\udfff]", "\ufffd", choice.message.content or ""))
    if len(text) > LONGEST_TEXT:
        return Said(text[:LONGEST_TEXT], "length")
    return Said(text, redact(re.sub(r"\W", "_", choice.finish_reason or "", flags=re.ASCII))[:40])
