"""Smaller texts of one tactic, largest cuts first. Pure; most of them do not work, and Lean says which.

Law: every text that `shrinks` yields is shorter than the one it is given, in tactics or in characters.
"""

import re
from collections.abc import Callable, Iterator, Sequence

from prover.proof import tactic_text
from prover.proof.length import tactics_in
from prover.proof.tactic import Atom, Bullet, Cases, First, Have, Then, Wrapped, parse
from prover.proof.tactic import Sequence as Tactics

_LISTS = re.compile(r"(?:simp|simp_all|dsimp|grind|simp_arith|omega|nlinarith|linarith|rw|norm_num)\b")
_FEW = 12
"""Of more alternatives than these, one is picked or none."""

_ALONE = frozenset({"⟨,", ",,", ",⟩", "⟨⟩", "[,", ",]", "()"})
OPTION = re.compile(r" [+-][a-zA-Z]\w*")


def shrinks(text: str) -> Iterator[str]:
    """Texts to try in place of this one, none twice."""
    seen = {text}
    for shorter in _shrinks(text.strip()):
        if shorter not in seen and (tactics_in(shorter), len(shorter)) < (tactics_in(text), len(text)):
            seen.add(shorter)
            yield shorter


def _shrinks(text: str) -> Iterator[str]:
    match parse(text):
        case Tactics(items):
            yield from _of_sequence(items)
        case First(alternatives):
            yield from alternatives
            if len(alternatives) <= _FEW:
                yield from (_first(left) for left in _fewer(alternatives) if len(left) > 1)
            yield from _of_each(alternatives, _first)
        case Then(members):
            yield from (" <;> ".join(left) for left in _fewer(members) if left)
            yield from _of_each(members, lambda left: " <;> ".join(_as_member(member) for member in left))
        case Have(head, body):
            yield from (have(head, shorter) for shorter in _shrinks(body))
        case Cases(head, patterns, bodies):
            yield from _of_each(bodies, lambda left: cases(head, patterns, left))
        case Bullet(body):
            yield from (f"· {tactic_text.indented(shorter).lstrip()}" for shorter in _shrinks(body))
        case Wrapped(word, body):
            yield body
            yield from (f"{word} {shorter}" for shorter in _shrinks(body) if "\n" not in shorter)
        case Atom(atom):
            yield from _of_atom(atom)


def _of_sequence(items: Sequence[str]) -> Iterator[str]:
    """A tactic of a sequence is left out, or is shorter."""
    if len(items) == 1:
        yield items[0]
    yield from ("\n".join(left) for left in _fewer(items) if left)
    yield from _of_each(items, "\n".join)


def _of_atom(atom: str) -> Iterator[str]:
    """An argument list or a `by` in a term is shorter; an option, or brackets around all that stands between commas, are left out."""
    if _LISTS.match(atom):
        for start, end in list(tactic_text.brackets(atom))[:1]:
            if atom[start - 1] == "[":
                given = tactic_text.arguments(atom[start:end]).parts
                yield (atom[: start - 1].rstrip() + atom[end + 1 :]).strip()
                yield from (atom[:start] + ", ".join(left) + atom[end:] for left in _fewer(given) if left)
    yield from (atom[: option.start()] + atom[option.end() :] for option in OPTION.finditer(atom))
    for start, end in tactic_text.brackets(atom):
        around = atom[: start - 1].rstrip()[-1:] + atom[end + 1 :].lstrip()[:1]
        if atom[start - 1] == "(" and (around in _ALONE or atom[start:end].replace("'", "").isalnum()):
            yield atom[: start - 1] + atom[start:end] + atom[end + 1 :]
    for start, end in tactic_text.by_blocks(atom):
        body = tactic_text.block(atom[:end], start) or atom[start:end].strip()
        for shorter in _shrinks(body):
            if "\n" not in shorter:
                yield f"{atom[:start]} {shorter}{atom[end:]}"


def have(head: str, body: str) -> str:
    """`have h : T := by …`, or with the term itself where the body is one."""
    term = exact_term(body)
    if term is not None:
        return f"{head} := {term}"
    return f"{head} := by\n{tactic_text.indented(body)}" if "\n" in body else f"{head} := by {body}"


def cases(head: str, patterns: Sequence[str], bodies: Sequence[str]) -> str:
    """`induction … with`, a body behind each pattern."""
    rows = [
        f"{pattern} =>\n{tactic_text.indented(body)}" if "\n" in body else f"{pattern} => {body}"
        for pattern, body in zip(patterns, bodies, strict=True)
    ]
    return "\n".join([head, *rows])


def exact_term(tactic: str) -> str | None:
    """The term of `exact e` on one line."""
    if not tactic.startswith("exact ") or "\n" in tactic or len(tactic_text.sequence(tactic).parts) > 1:
        return None
    return None if len(tactic_text.chained(tactic).parts) > 1 else tactic.removeprefix("exact ").strip()


def _first(alternatives: Sequence[str]) -> str:
    return "first | " + " | ".join(alternatives)


def _as_member(text: str) -> str:
    return f"({text.replace(chr(10), '; ')})" if len(tactic_text.sequence(text).parts) > 1 else text


def _of_each(parts: Sequence[str], together: Callable[[Sequence[str]], str]) -> Iterator[str]:
    """One of several is shorter."""
    for index, part in enumerate(parts):
        for shorter in _shrinks(part):
            yield together([*parts[:index], shorter, *parts[index + 1 :]])


def _fewer(parts: Sequence[str]) -> Iterator[Sequence[str]]:
    """All but a run of them: halves, then quarters, down to one (Zeller's delta debugging, its complements)."""
    size = len(parts) // 2
    while size >= 1:
        for start in range(0, len(parts), size):
            yield [*parts[:start], *parts[start + size :]]
        size //= 2
