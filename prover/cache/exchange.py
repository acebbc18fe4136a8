"""Entries as lines of a file, to be carried from one cache to another. Read as strictly as the cache itself."""

import json

from prover.cache.codec import MAX_BYTES, Corrupt, Environment, Stored, as_json, from_json, kind_of
from prover.cache.entries import Key, environment_of
from prover.cache.names import Kind, usable

MAX_LINE = 2 * MAX_BYTES
_LAST = 10**13 - 1


def line_of(key: Key, stored: Stored) -> str:
    """One line, without its end."""
    data = {"environment": key.environment, "goal": key.goal, "kind": kind_of(stored.entry), "at": stored.at, "entry": as_json(stored.entry)}
    return json.dumps(data, ensure_ascii=False)


def read_line(line: str) -> tuple[Key, Stored]:
    """What `line_of` made the line of.

    Raises:
        Corrupt: nothing.
    """
    if len(line) > MAX_LINE:
        raise Corrupt("a line too long")
    try:
        data = json.loads(line)
    except (ValueError, RecursionError):
        raise Corrupt("no JSON") from None
    match data:
        case {"environment": str(environment), "goal": str(goal), "kind": str(word), "at": int(at), "entry": entry, **rest} if not rest:
            key = Key(environment, goal)
        case _:
            raise Corrupt("not environment, goal, kind, at and entry")
    if word not in set(Kind) or not 0 <= at <= _LAST:
        raise Corrupt("an unknown kind, or no time")
    read = from_json(Kind(word), entry)
    if isinstance(read, Environment):
        if goal or environment_of(read.lean, read.header) != environment:
            raise Corrupt("the environment is another one")
    elif not usable(key):
        raise Corrupt("no goal")
    return key, Stored(at, read)
