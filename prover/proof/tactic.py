"""The outer shape of one tactic's text, as far as it is understood; what is not is an `Atom`. Pure; the shape is a guess that Lean confirms."""

import re
from dataclasses import dataclass

from prover.proof import tactic_text


@dataclass(frozen=True, slots=True)
class Atom:
    """A tactic without tactics of its own, except inside its terms."""

    text: str


@dataclass(frozen=True, slots=True)
class Sequence:
    """One after the other; also what parentheses hold."""

    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bullet:
    """`· body`: closes the first goal."""

    body: str


@dataclass(frozen=True, slots=True)
class Then:
    """t <;> u <;> v: each on all goals that the one before leaves."""

    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class First:
    """`first | a | b`: the first that runs."""

    alternatives: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Have:
    """`have h : T := by body`; ``head`` is `have h : T`."""

    head: str
    body: str


@dataclass(frozen=True, slots=True)
class Cases:
    """`induction … with` or `cases … with`: patterns, such as `| succ n ih`, and the tactics behind each (`?_` leaves it open)."""

    head: str
    patterns: tuple[str, ...]
    bodies: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wrapped:
    """`try body`, `all_goals body` and their like."""

    word: str
    body: str


Tactic = Atom | Sequence | Bullet | Then | First | Have | Cases | Wrapped

_FIRST = re.compile(r"first\b\s*\|")
_CASES = re.compile(r"(?:induction|cases)\b[^|]*\bwith\s*$")
_HAVE = re.compile(r"have\b[^\n]*?:")
_WRAPPED = re.compile(r"(try|all_goals|any_goals|repeat)\s+")


def parse(text: str) -> Tactic:
    """The outermost shape."""
    text = text.strip()
    items = tuple(part for part in tactic_text.sequence(text).parts if part)
    if len(items) > 1:
        return Sequence(items)
    if text.startswith("·"):
        body = tactic_text.block(text, 1)
        return Bullet(body) if body else Atom(text)
    members = tactic_text.chained(text).parts
    if len(members) > 1:
        return Then(members) if all(members) else Atom(text)
    if _FIRST.match(text):
        options = tactic_text.alternatives(text).parts[1:]
        return First(options) if options and all(options) else Atom(text)
    if text.startswith("(") and (0, len(text)) in [(start - 1, end + 1) for start, end in tactic_text.brackets(text)]:
        inside = text[1:-1].strip()
        return Sequence((inside,)) if inside and "\n" not in inside else Atom(text)
    return _have(text) or _cases(text) or _wrapped(text) or Atom(text)


def _have(text: str) -> Have | None:
    head, by, _ = text.partition(":= by")
    spans = tactic_text.by_blocks(text)
    if not by or not _HAVE.match(head) or not spans or spans[0][0] != len(head) + len(by):
        return None
    body = tactic_text.block(text, spans[0][0])
    return Have(head.strip(), body) if body and spans[0][1] == len(text) else None


def _cases(text: str) -> Cases | None:
    split = tactic_text.alternatives(text)
    if len(split.parts) < 2 or not _CASES.match(split.parts[0]):
        return None
    patterns, bodies, at = [], [], len(split.gaps[0]) + len(split.parts[0])
    for part, gap in zip(split.parts[1:], split.gaps[1:], strict=False):
        at += len(gap)
        pattern, arrow, _ = part.partition("=>")
        body = tactic_text.block(text[: at + len(part)], at + len(pattern) + len(arrow)) if arrow else None
        if body is None:
            return None
        patterns.append(f"| {pattern.strip()}")
        bodies.append(body)
        at += len(part)
    return Cases(split.parts[0], tuple(patterns), tuple(bodies))


def _wrapped(text: str) -> Wrapped | None:
    match = _WRAPPED.match(text)
    body = tactic_text.block(text, match.end()) if match else None
    return Wrapped(match.group(1), body) if match and body else None
