"""Entries as text, and back.

What comes back may have been written by anybody: whatever is not exactly what `encode_…` writes is `Corrupt`, however it is wrong, and what is
returned can be used without a second look (finite numbers, text that can be encoded, proofs that can be assembled and are not nested too deep).
Costs: some tens of microseconds an entry.
"""

import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prover.cache.cache import Cancelled, Disproved, Event, Solved
from prover.cache.entries import Key, ProvedClaim, Tried, environment_of
from prover.cache.names import Kind, usable
from prover.cache.scripts import MAX_VALUE
from prover.proof.script import Proof, as_data, from_data, lines

VERSION = 1
MAX_BYTES = 65_536
MAX_DEPTH = 100
"""Tactics below one another in a proof; whoever walks a proof recurses as deep."""

_STAMP = 13
_MAX_NUMBER = 10**15


class Corrupt(ValueError):
    """No entry of this version."""


class Unstorable(ValueError):
    """An entry that is too large, or cannot be written."""


@dataclass(frozen=True, slots=True)
class Environment:
    """What an environment's hash stands for."""

    lean: Mapping[str, object]
    header: str


Entry = ProvedClaim | Tried | Environment | str
"""What one field holds; a text: why the goal is false."""


@dataclass(frozen=True, slots=True)
class Stored:
    """An entry with the time at which it was written, in milliseconds since 1970."""

    at: int
    entry: Entry


def field_of(entry: Entry) -> str:
    """Where an entry lies among those of its goal. Entries that say the same lie in one place."""
    match entry:
        case ProvedClaim():
            return Kind.PROVED.group + _digest([as_data(entry.proof), entry.names])
        case Tried():
            return Kind.TRIED.group + _digest([entry.settings])
        case Environment():
            return Kind.ENVIRONMENT.group
        case str():
            return Kind.DISPROVED.group


def kind_of(entry: Entry) -> Kind:
    match entry:
        case ProvedClaim():
            return Kind.PROVED
        case Tried():
            return Kind.TRIED
        case Environment():
            return Kind.ENVIRONMENT
        case str():
            return Kind.DISPROVED


def encode(entry: Entry, at: int) -> bytes:
    """An entry as a value.

    Raises:
        Unstorable: it is larger than `MAX_BYTES`, nested deeper than `MAX_DEPTH`, or no text.
    """
    try:
        data = as_json(entry)
        text = json.dumps({"v": VERSION, **data}, ensure_ascii=False, separators=(",", ":")).encode()
        _read(kind_of(entry), data)
    except (ValueError, TypeError, RecursionError) as error:
        raise Unstorable(str(error)) from error
    if len(text) > MAX_BYTES:
        raise Unstorable(f"{len(text)} bytes")
    return f"{at:0{_STAMP}d}".encode() + text


def decode(name: Key, field: bytes, value: bytes, latest: int) -> Stored:
    """The entry that `encode` made this of.

    Args:
        latest: the last time, in milliseconds, at which it can have been written.

    Raises:
        Corrupt: it made nothing of the kind.
    """
    if len(value) > MAX_VALUE or not value[:_STAMP].isdigit():
        raise Corrupt("no time")
    data = _object(value[_STAMP:])
    if data.pop("v", None) != VERSION:
        raise Corrupt("another version")
    kind = next((kind for kind in Kind if kind.group.encode() == field[:1]), None)
    if kind is None:
        raise Corrupt("an unknown kind")
    entry = from_json(kind, data)
    if field_of(entry).encode() != field:
        raise Corrupt("an entry in the wrong place")
    if isinstance(entry, Environment) and environment_of(entry.lean, entry.header) != name.environment:
        raise Corrupt("another environment")
    at = int(value[:_STAMP])
    if at > latest:
        raise Corrupt("an entry of the future")
    return Stored(at, entry)


def as_json(entry: Entry) -> dict[str, Any]:
    match entry:
        case ProvedClaim(proof, names, heartbeats, goal):
            return {"proof": as_data(proof), "names": list(names), "heartbeats": heartbeats, "goal": goal}
        case Tried(settings, seconds, expansions, exhausted):
            return {"settings": settings, "seconds": seconds, "expansions": expansions, "exhausted": exhausted}
        case Environment(lean, header):
            return {"lean": dict(lean), "header": header}
        case str():
            return {"reason": entry}


def from_json(kind: Kind, data: object) -> Entry:
    """The entry that `as_json` made this of.

    Raises:
        Corrupt: it is no such thing.
    """
    try:
        return _read(kind, data)
    except RecursionError:
        raise Corrupt("nested too deep") from None


def encode_event(event: Event) -> bytes:
    match event:
        case Solved(key) | Disproved(key):
            word = "solved" if isinstance(event, Solved) else "disproved"
            data = {"event": word, "environment": key.environment, "goal": key.goal}
        case Cancelled(theorem):
            data = {"event": "cancelled", "theorem": theorem}
    return json.dumps({"v": VERSION, **data}, separators=(",", ":")).encode()


def decode_event(value: bytes) -> Event:
    """Raises:
    Corrupt: nobody who knows this version said that.
    """
    if len(value) > MAX_BYTES:
        raise Corrupt("an event too large")
    match _object(value):
        case {"v": 1, "event": "cancelled", "theorem": str(theorem)} if _is_text(theorem):
            return Cancelled(theorem)
        case {"v": 1, "event": "solved" | "disproved" as word, "environment": str(environment), "goal": str(goal)}:
            key = Key(environment, goal)
            if usable(key):
                return Solved(key) if word == "solved" else Disproved(key)
    raise Corrupt("no event")


def _object(text: bytes) -> dict[str, Any]:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Corrupt("no JSON") from error
    if not isinstance(data, dict):
        raise Corrupt("no object")
    return data


def _read(kind: Kind, data: object) -> Entry:
    match kind, data:
        case Kind.PROVED, {"proof": proof, "names": list(names), "heartbeats": heartbeats, "goal": goal, **rest} if not rest:
            if all(map(_is_text, names)) and _is_text(goal) and _is_number(heartbeats, int):
                return ProvedClaim(_proof(proof), tuple(names), heartbeats, goal)
        case Kind.TRIED, {"settings": settings, "seconds": seconds, "expansions": expansions, "exhausted": bool(exhausted), **rest} if not rest:
            if _is_text(settings) and _is_number(seconds, int, float) and _is_number(expansions, int):
                return Tried(settings, float(seconds), expansions, exhausted)
        case Kind.ENVIRONMENT, {"lean": dict(lean), "header": header, **rest} if not rest:
            if _is_text(header) and _is_text(json.dumps(lean, ensure_ascii=False)):
                return Environment(lean, header)
        case Kind.DISPROVED, {"reason": reason, **rest} if not rest:
            if _is_text(reason) and reason:
                return str(reason)
    raise Corrupt(f"no {kind} entry")


def _proof(data: object) -> Proof:
    if _depth(data) > MAX_DEPTH:
        raise Corrupt("a proof nested too deep")
    try:
        proof = from_data(data)
        lines(proof)
    except ValueError as error:
        raise Corrupt(str(error)) from error
    if not all(_is_text(part.tactic) and part.tactic.strip() for part in proof.walk()):
        raise Corrupt("a tactic that is no text")
    return proof


def _depth(data: object) -> int:
    """How deep the parts of a proof are nested; without recursion, for it may be deeper than Python can go."""
    depth, level = 0, [data]
    while level:
        depth += 1
        below = [node["parts"] for node in level if isinstance(node, dict) and isinstance(node.get("parts"), list)]
        level = [part[1] for parts in below for part in parts if isinstance(part, list) and len(part) == 2]
    return depth


def _is_text(value: object) -> bool:
    """A string that can go anywhere: JSON can smuggle in halves of characters, which cannot be encoded."""
    return isinstance(value, str) and "\0" not in value and not any("\ud800" <= character <= "\udfff" for character in value)


def _is_number(value: object, *types: type) -> bool:
    return type(value) in types and isinstance(value, int | float) and math.isfinite(value) and 0 <= value <= _MAX_NUMBER


def _digest(data: object) -> str:
    """16 hex digits."""
    return hashlib.sha256(json.dumps(data).encode()).hexdigest()[:16]
