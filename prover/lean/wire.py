"""Frames between Python and a Lean process.

A request is one line of JSON on its standard input. A reply is one line ``LENGTH JSON`` on a pipe of its own; LENGTH counts the
bytes of the JSON, so a reply that a kill cut short is never read as whole, and what Lean prints on stdout is never read at all.
Costs one `json.loads` a reply. Knows nothing of what the messages mean.
"""

import json
from collections.abc import Mapping
from typing import Any

MAX_FRAME = 32 * 1024 * 1024
"""Bytes of one reply; a longer one ends the process that sent it."""

Reply = dict[str, Any]


class FrameError(Exception):
    """The channel holds something that is no reply: the process behind it cannot be trusted with another request."""


def encode(request: Mapping[str, object]) -> bytes:
    """One request line. Lone surrogates (from undecodable input) are escaped, so that Lean always reads valid UTF-8."""
    text = json.dumps(request, ensure_ascii=False, separators=(",", ":"))
    return text.encode("utf-8", "backslashreplace") + b"\n"


def decode(line: bytes) -> Reply:
    """Reads one reply line.

    Raises:
        FrameError: the line is cut short, longer than it says, or no JSON object.
    """
    length, _, body = line.partition(b" ")
    if not line.endswith(b"\n") or not length.isdigit() or int(length) != len(body) - 1:
        raise FrameError(f"not a reply frame: {line[:120]!r}")
    try:
        reply = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise FrameError(f"a frame without JSON: {error}") from error
    if not isinstance(reply, dict) or not isinstance(reply.get("id"), int):
        raise FrameError("a reply without an id")
    return reply
