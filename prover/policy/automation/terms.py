"""Small terms of a simple type, built from what is in scope.

Types are arrows between names, read from Lean's text; a term is the text of one. Enumeration is by size, and bounded.
"""

import itertools
from collections.abc import Iterator, Mapping

Type = str | tuple["Type", "Type"]
"""A base type by name, or (domain, codomain)."""

MOST_TERMS = 12
DEEPEST = 3


def parse_type(text: str) -> Type:
    parts = _arrows(text.strip())
    if len(parts) == 1:
        inner = parts[0]
        return parse_type(inner[1:-1]) if inner.startswith("(") and inner.endswith(")") and "→" in inner else inner
    result: Type = parse_type(parts[-1])
    for part in reversed(parts[:-1]):
        result = (parse_type(part), result)
    return result


def _arrows(text: str) -> list[str]:
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "([{") - (c in ")]}")
        if c == "→" and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    return [*parts, text[start:].strip()]


def inhabitants(wanted: Type, scope: Mapping[str, Type]) -> list[str]:
    """Terms of a type; those that use a bound variable come first, and the more often the better."""
    found = dict.fromkeys(itertools.islice(_terms(wanted, dict(scope), DEEPEST), 400))
    ranked = sorted(found, key=_plainness)
    return ranked[:MOST_TERMS]


def _plainness(term: str) -> tuple[int, int]:
    head, arrow, body = term.partition(" => ")
    if not arrow:
        return 1, len(term)
    bound = head.removeprefix("(").removeprefix("fun ").split()
    uses = sum(body.replace("(", " ").replace(")", " ").split().count(x) for x in bound)
    varied = any(mark in body for mark in ("¬", "+ 1", "!"))
    return -min(uses, 2) - varied, len(term)


def _terms(wanted: Type, scope: dict[str, Type], depth: int) -> Iterator[str]:
    if isinstance(wanted, tuple):
        x = next(name for name in ("x", "y", "z", "u", "v", "w", "x'", "y'", "z'") if name not in scope)
        for body in _terms(wanted[1], {**scope, x: wanted[0]}, depth):
            yield f"(fun {x} => {body})"
        yield from (name for name, type_ in scope.items() if type_ == wanted)
        return
    for name, type_ in scope.items():
        if type_ == wanted:
            yield name
    if depth == 0:
        return
    for name, type_ in scope.items():
        domains: list[Type] = []
        rest = type_
        while isinstance(rest, tuple):
            domains.append(rest[0])
            rest = rest[1]
        if domains and rest == wanted and not any(isinstance(d, tuple) for d in domains):
            choices = [list(itertools.islice(_terms(d, scope, depth - 1), 8)) for d in domains]
            for arguments in itertools.product(*choices):
                yield f"({name} {' '.join(arguments)})"
    if depth > 1 and wanted in ("Prop", "Nat", "ℕ", "Bool"):
        pattern = {"Prop": "(¬ {})", "Bool": "(!{})"}.get(wanted, "({} + 1)")
        for inner in itertools.islice(_terms(wanted, scope, depth - 1), 12):
            yield pattern.format(inner)
