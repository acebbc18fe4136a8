"""One question to a chat server and what came of it."""

import hashlib
import json
from dataclasses import dataclass
from typing import Any

from planners.chat.prompts import Message


@dataclass(frozen=True, slots=True)
class Said:
    """One text that the model wrote.

    Attributes:
        finish: why it ended, in the server's word; ``length`` where it was cut.
    """

    text: str
    finish: str

    @property
    def cut(self) -> bool:
        return self.finish in ("length", "max_tokens", "model_length")


@dataclass(frozen=True, slots=True)
class Usage:
    """Tokens.

    Attributes:
        estimated: the server did not count them.
    """

    read: int
    written: int
    estimated: bool = False

    @property
    def total(self) -> int:
        return self.read + self.written


@dataclass(frozen=True, slots=True)
class Query:
    """What decides the answers, as far as anything does.

    Attributes:
        samples: answers wanted. Servers that give one at a time make more questions of it, so it is no part of the digest.
        attempt: how often the same was asked before about this theorem.
    """

    theorem: str
    statement_hash: str
    messages: tuple[Message, ...]
    model: str
    temperature: float
    max_tokens: int
    samples: int
    attempt: int

    @property
    def digest(self) -> str:
        """SHA-256 over everything but `samples`, 32 hex digits."""
        what = [self.statement_hash, self.messages, self.model, self.temperature, self.max_tokens, self.attempt]
        return hashlib.sha256(json.dumps(what, ensure_ascii=False).encode("utf-8", "replace")).hexdigest()[:32]

    @property
    def parameters(self) -> dict[str, Any]:
        return {"model": self.model, "temperature": self.temperature, "max_tokens": self.max_tokens, "n": self.samples}


@dataclass(frozen=True, slots=True)
class Exchange:
    """Attributes:
    seconds: from the question to its answer, other tries included.
    error: why there is no answer; empty where there is one.
    """

    query: Query
    said: tuple[Said, ...]
    usage: Usage
    seconds: float
    error: str = ""
