"""A proposition in Lean as somebody wrote it who is not to be trusted with layout: what belongs to it, and what came with it.

Knows tokens, not grammar: comments, strings, quoted names, brackets, and which `:=` is whose. What passes here may still mean nothing; that is
for Lean to say. Costs one pass over the text.
"""

import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

_BRACKETS = dict(zip("([{⟨⟦‹⌊⌈⦃", ")]}⟩⟧›⌋⌉⦄", strict=True))
_OPENING, _CLOSING = re.escape("".join(_BRACKETS)), re.escape("".join(_BRACKETS.values()))

_TOKEN = re.compile(
    rf"""
      (?P<comment>--[^\n]*|/-)
    | (?P<literal>"(?:[^"\\]|\\.)*"|«[^»\n]{{0,200}}»|(?<![\w')\]¹])'(?:\\[^'\n]{{1,8}}|[^'\\\n])')
    | (?P<word>[^\W\d][\w'!?₀-₉]*(?:\.[^\W\d][\w'!?₀-₉]*)*)
    | (?P<assign>:=)
    | (?P<open>[{_OPENING}])
    | (?P<close>[{_CLOSING}])
    | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_COMMENT_MARK = re.compile(r"/-|-/")

NAME = re.compile(r"[^\W\d][\w'₀-₉]{0,59}")

UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff\ufeff\ufffd]")
"""What no proposition is written with: control characters, invisible ones, ones that turn the direction of writing, halves of characters."""

_GIVING_UP = frozenset({"sorry", "admit", "sorryAx"})
_COMMANDS = re.compile(
    "abbrev|attribute|axiom|class|def|elab|end|example|export|import|inductive|initialize|instance|lemma|macro|macro_rules|namespace|notation|opaque"
    "|run_cmd|section|set_option|structure|syntax|theorem|universe|variable"
)
_WITH_VALUE = frozenset({"let", "letI", "let_fun", "have", "haveI"})
"""Terms that have a `:=` of their own, and something after it."""

Kind = Literal["comment", "literal", "word", "assign", "open", "close", "other"]


class Unreadable(Exception):
    """A text that is not what it should be. The message is for the model that wrote it; it goes on from "the statement of h"."""


@dataclass(frozen=True, slots=True)
class Token:
    """Attributes:
    depth: brackets that it is in; a bracket is not in itself.
    """

    kind: Kind
    text: str
    depth: int
    start: int


def tokens(text: str) -> Iterator[Token]:
    """All of a text in pieces, one by one, so that what is wrong behind the place where the reader stops does not matter.

    Raises:
        Unreadable: brackets do not match, or a string or comment does not end.
    """
    expected: list[str] = []
    at = 0
    while match := _TOKEN.match(text, at):
        kind, end = match.lastgroup, match.end()
        found = match[0]
        if found == "/-":
            end = _end_of_comment(text, at)
        elif kind == "close" and (not expected or expected.pop() != found):
            raise Unreadable(f"has a `{found}` that closes nothing")
        elif found == '"':
            raise Unreadable("has a string that does not end")
        yield Token(kind, text[at:end], len(expected), at)  # type: ignore[arg-type]  # the groups of _TOKEN are the kinds
        if kind == "open":
            expected.append(_BRACKETS[found])
        at = end
    if expected:
        raise Unreadable(f"has a bracket without its `{expected[-1]}`")


def proposition(text: str) -> str:
    """What stands in front of a proof, where there is one (``… := by …``), without comments, on the lines that it was written on.

    Lines after the first are moved together so that they stand to the right of the tactic that the text will be part of.

    Raises:
        Unreadable: it holds what no statement does: a proof without `:=`, a command, `sorry`, a second tactic, characters that are not seen.
    """
    kept, values, separators = [], 0, 0
    for token in tokens(printable(text)):
        if token.kind == "word":
            _refuse(token)
        if token.depth == 0:
            if token.text in _WITH_VALUE:
                values, separators = values + 1, separators + 1
            elif token.kind == "assign":
                if values == 0:
                    break
                values -= 1
            elif token.text == ";":
                if separators == 0:
                    raise Unreadable("has a `;` that ends it")
                separators -= 1
            elif token.text == "by":
                raise Unreadable("goes on with a proof: write the proposition alone")
        kept.append(" " if token.kind == "comment" else token.text)
    return _laid_out("".join(kept))


def tactic(text: str) -> str:
    """A tactic as it was written, without comments.

    Raises:
        Unreadable: brackets do not match, or it holds a command or `sorry`.
    """
    kept = []
    for token in tokens(printable(text)):
        if token.kind == "word":
            _refuse(token)
        kept.append(" " if token.kind == "comment" else token.text)
    return "\n".join(line.rstrip() for line in textwrap.dedent("".join(kept)).strip("\n").split("\n") if line.strip())


def printable(text: str) -> str:
    """The text with one kind of line end and without tabs.

    Raises:
        Unreadable: it has characters that are not seen.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\t", "  ")
    if match := UNPRINTABLE.search(text):
        raise Unreadable(f"has the character U+{ord(match[0]):04X}, which Lean does not read")
    return text


def binders(text: str) -> int | None:
    """Where the colon is that stands behind nothing, or behind bracketed binders alone; None where there is none such."""
    for token in tokens(text):
        if token.depth > 0 or token.kind in ("open", "close") or token.text.isspace():
            continue
        return token.start if token.text == ":" and not text.startswith("::", token.start) else None
    return None


def _refuse(token: Token) -> None:
    if token.text in _GIVING_UP:
        raise Unreadable(f"has `{token.text}` in it")
    if _COMMANDS.fullmatch(token.text):
        raise Unreadable(f"has the command `{token.text}` in it")


def _laid_out(text: str) -> str:
    first, _, others = text.strip().partition("\n")
    rest = [line.rstrip() for line in textwrap.dedent(others).split("\n") if line.strip()]
    return "\n".join([first.rstrip(), *(f"    {line}" for line in rest)])


def _end_of_comment(text: str, start: int) -> int:
    """Comments nest."""
    depth = 0
    for mark in _COMMENT_MARK.finditer(text, start):
        depth += 1 if mark[0] == "/-" else -1
        if depth == 0:
            return mark.end()
    raise Unreadable("has a comment that does not end")
