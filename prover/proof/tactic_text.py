"""Cutting the text of a Lean tactic at the places that matter, and putting it together again.

Pure and conservative: brackets, strings, character literals and quoted names are stepped over, and a text with a comment or a bracket that does not
match is one piece. Joining the pieces of any text gives that text back, byte for byte. What is found here may still be wrong about Lean's
grammar; whoever builds a new tactic from it asks Lean about the result.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, zip_longest

_OPENING = dict(zip("([{⟨⟦‹⌊⌈", ")]}⟩⟧›⌋⌉", strict=True))
_CLOSING = frozenset(_OPENING.values())
_LITERAL = re.compile(r'"(?:[^"\\]|\\.)*"|(?<![\w\'.!?₀-₉])\'(?:\\[^\']*|[^\'\\])\'|«[^»]*»', re.DOTALL)
_TAKES_THE_REST = re.compile(
    r"(?<![\w.'₀-₉])(?:first|by|try|all_goals|any_goals|repeat|repeat'|focus|case|case'|next|on_goal|calc|do|conv|match|if)(?![\w.'₀-₉])|=>|↦|·"
)
"""What is followed by tactics or terms of its own, up to the end of the text: a `;` or `<;>` behind it belongs to them."""

_CONTINUES = re.compile(r"[ \t]*(?:\||<;>|[)\]}⟩]|(?:at|with|using|generalizing|else|then)\b)")
_BY = re.compile(r"(?<![\w.'₀-₉])by(?![\w.'₀-₉])")


@dataclass(frozen=True, slots=True)
class Split:
    """A text in pieces.

    Attributes:
        parts: what was looked for.
        gaps: what lies before, between and behind them; one more than the parts.
    """

    parts: tuple[str, ...]
    gaps: tuple[str, ...]

    @property
    def text(self) -> str:
        """The text that was split."""
        return "".join(chain.from_iterable(zip_longest(self.gaps, self.parts, fillvalue="")))

    def having(self, index: int, part: str) -> str:
        """The text with one part replaced."""
        return Split((*self.parts[:index], part, *self.parts[index + 1 :]), self.gaps).text


def sequence(text: str) -> Split:
    """Tactics that run one after the other: on lines of the same indentation as the first, or separated by `;`."""
    depths = _depths(text)
    if depths is None:
        return Split((text,), ("", ""))
    column = len(text) - len(text.lstrip(" "))
    separators, rest_taken = [], False
    takes = {match.start() for match in _TAKES_THE_REST.finditer(text) if depths[match.start()] == 0}
    for at, symbol in enumerate(text):
        rest_taken = rest_taken or at in takes
        if depths[at]:
            continue
        if symbol == "\n" and _starts_a_line(text, at + 1, column):
            separators.append((at, at + 1 + column))
            rest_taken = False
        elif symbol == ";" and not rest_taken and not text.startswith("<;>", at - 1 if at else 0):
            separators.append((at, at + 1))
    return _cut(text, separators)


def chained(text: str) -> Split:
    """The members of t <;> u <;> v."""
    return _outside(text, re.compile(r"<;>"), until_taken=True)


def alternatives(text: str) -> Split:
    """What stands behind each `|`, and in front of the first. Where the first begins a line, only those that do so too, at its indentation."""
    lined = re.search(r"\n( *)\|", text)
    bar = rf"(?<=\n){lined[1]}\|" if lined and "|" not in text[: lined.start()] else r"(?<![|\w])\|(?!\|)"
    return _outside(text, re.compile(bar))


def arguments(text: str) -> Split:
    """What commas separate."""
    return _outside(text, re.compile(","))


def brackets(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the insides of all brackets, outer ones first."""
    stack: list[int] = []
    found = []
    if _depths(text) is not None:
        for at, symbol in _outside_literals(text):
            if symbol in _OPENING:
                stack.append(at + 1)
            elif symbol in _CLOSING:
                found.append((stack.pop(), at))
    return iter(sorted(found))


def by_blocks(text: str) -> list[tuple[int, int]]:
    """Spans of the tactics of `by`, outermost only: up to a comma or the end of the bracket that the `by` is in."""
    depths = _depths(text)
    if depths is None:
        return []
    found: list[tuple[int, int]] = []
    for match in _BY.finditer(text):
        if (found and match.start() < found[-1][1]) or _in_literal(text, match.start()):
            continue
        depth, end = depths[match.start()], match.end()
        while end < len(text) and depths[end] >= depth and not (depths[end] == depth and text[end] in {",", *_CLOSING}):
            end += 1
        found.append((match.end(), end))
    return found


def block(text: str, start: int) -> str | None:
    """The tactics that begin at an offset and go on to the end of the text, moved to the margin; None where their layout is not understood."""
    line = text.rfind("\n", 0, start) + 1
    inside = text[start:]
    first, _, others = inside.partition("\n")
    rest = [other for other in others.split("\n") if other.strip()] if others else []
    if not first.strip():
        margin = min((_indentation(other) for other in rest), default=0)
        return "\n".join(other[margin:] for other in rest) if rest else None
    column = start - line + _indentation(first)
    if any(_indentation(other) < column for other in rest):
        return None
    return "\n".join([first.strip(), *(other[column:] for other in rest)])


def indented(text: str, spaces: int = 2) -> str:
    """All lines moved to the right."""
    return "\n".join(" " * spaces + line if line.strip() else line for line in text.split("\n"))


def words_taken(text: str, offset: int = 0) -> bool:
    """Whether something in the text takes all that follows it."""
    return _TAKES_THE_REST.search(text, offset) is not None


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _starts_a_line(text: str, at: int, column: int) -> bool:
    end = text.find("\n", at)
    line = text[at : end if end >= 0 else len(text)]
    return bool(line.strip()) and _indentation(line) == column and not _CONTINUES.match(line)


def _outside(text: str, separator: re.Pattern[str], *, until_taken: bool = False) -> Split:
    """Cut at what stands outside all brackets, and, if so wanted, before anything that takes the rest."""
    depths = _depths(text)
    if depths is None:
        return Split((text,), ("", ""))
    end = len(text)
    if until_taken:
        end = next((match.start() for match in _TAKES_THE_REST.finditer(text) if depths[match.start()] == 0), end)
    return _cut(text, [match.span() for match in separator.finditer(text, 0, end) if depths[match.start()] == 0])


def _cut(text: str, separators: Sequence[tuple[int, int]]) -> Split:
    """White space around a part belongs to the gaps."""
    parts, gaps, behind = [], [], 0
    for start, end in [*separators, (len(text), len(text))]:
        piece = text[behind:start]
        part = piece.strip()
        left = len(piece) - len(piece.lstrip()) if part else 0
        gaps.append(piece[:left])
        parts.append(part)
        gaps.append(piece[left + len(part) :] + text[start:end])
        behind = end
    merged = [gaps[0], *(after + before for after, before in zip(gaps[1:-1:2], gaps[2::2], strict=True)), gaps[-1]]
    return Split(tuple(parts), tuple(merged))


def _in_literal(text: str, at: int) -> bool:
    return any(match.start() <= at < match.end() for match in _LITERAL.finditer(text))


def _outside_literals(text: str) -> Iterator[tuple[int, str]]:
    behind = 0
    for match in _LITERAL.finditer(text):
        yield from enumerate(text[behind : match.start()], behind)
        behind = match.end()
    yield from enumerate(text[behind:], behind)


def _depths(text: str) -> list[int] | None:
    """For each character, the number of brackets and literals that it is in, its own included; None when the text is not understood."""
    depths = [1] * len(text)
    expected: list[str] = []
    for at, symbol in _outside_literals(text):
        if symbol in '"«»' or text.startswith(("--", "/-"), at):
            return None
        if symbol in _OPENING:
            expected.append(_OPENING[symbol])
            depths[at] = len(expected)
        elif symbol in _CLOSING:
            if not expected or expected[-1] != symbol:
                return None
            depths[at] = len(expected)
            expected.pop()
        else:
            depths[at] = len(expected)
    for match in _LITERAL.finditer(text):
        depths[match.start() : match.end()] = [depths[match.start() - 1] + 1 if match.start() else 1] * (match.end() - match.start())
    return None if expected else depths
