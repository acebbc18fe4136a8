"""What a statement's header defines, read from its text: inductive types and recursive functions.

Reads what people write (constructors and clauses one a line, types without dependencies); anything else is left out, which costs a move.
"""

import re
from dataclasses import dataclass

_DEFINITION = re.compile(r"(?m)^\s*(?:@\[[^\]]*\]\s*)?def ([^\W\d][\w.'!?]*)((?:\s*[({\[][^(){}\[\]]*[)}\]])*)\s*:([^|\n]*?)(?::=|where|$|\|)")
_INDUCTIVE = re.compile(r"(?m)^\s*inductive ([^\W\d][\w.']*)([^\n]*)\n((?:[ \t]*\|[^\n]*\n?)+)")
_CONSTRUCTOR = re.compile(r"\|\s*([^\W\d][\w']*)([^\n]*)")
_BINDER = re.compile(r"\(([^():]+):([^()]*)\)")


@dataclass(frozen=True, slots=True)
class Definition:
    """A function: its name, its arguments' types in order, and what it returns."""

    name: str
    arguments: tuple[str, ...]
    result: str


@dataclass(frozen=True, slots=True)
class Inductive:
    """A type: its name, and each constructor with its arguments' types."""

    name: str
    constructors: tuple[tuple[str, tuple[str, ...]], ...]


def definitions(header: str) -> list[Definition]:
    found = []
    for name, binders, type_ in _DEFINITION.findall(header):
        *arguments, result = [part.strip() for part in re.split(r"→|->", type_)]
        bound = [kind.strip() for group, kind in _BINDER.findall(binders) for _ in group.split()]
        found.append(Definition(name, (*bound, *arguments), result))
    return found


def inductives(header: str) -> list[Inductive]:
    found = []
    for name, _, body in _INDUCTIVE.findall(header):
        constructors = []
        for constructor, rest in _CONSTRUCTOR.findall(body):
            bound = [kind.strip() for group, kind in _BINDER.findall(rest) for _ in group.split()]
            _, colon, arrows = re.sub(_BINDER, "", rest).partition(":")
            arrow_types = [part.strip() for part in re.split(r"→|->", arrows)][:-1] if colon else []
            constructors.append((constructor, (*bound, *arrow_types)))
        found.append(Inductive(name, tuple(constructors)))
    return found
