"""Reading Lean's pretty-printed terms, as far as a heuristic needs to.

Everything here may be wrong about a term without harm: what it leads to is only proposed, and Lean decides.
"""

import re
from collections.abc import Iterable, Iterator

from prover.proof.state import Goal, Hypothesis

NATURAL = frozenset({"Nat", "ℕ"})
INTEGER = frozenset({"Int", "ℤ"})
RATIONAL = frozenset({"Rat", "ℚ"})
INTEGRAL = NATURAL | INTEGER
NUMERIC = INTEGRAL | RATIONAL

_WORD = re.compile(r"[^\W\d][\w.'₀-₉!?✝¹²³]*")
_NUMERAL = re.compile(r"(?<![\w.'₀-₉])\d+(?![\w.])")
_MODULUS = re.compile(r"(?:%|∣)\s*(\d+)|(?<![\w.'₀-₉])(\d+)\s*∣")
_POWER_MOD = re.compile(r"(?<![\w.'₀-₉])(\d+) \^ \(?([^\W\d][\w'₀-₉]*)")


def words(text: str) -> set[str]:
    """Identifiers in a term."""
    return set(_WORD.findall(text))


def numerals(text: str) -> list[int]:
    return [int(n) for n in _NUMERAL.findall(text) if len(n) <= 12]


def moduli(text: str) -> list[int]:
    """Literals that something is divided by: in ``a % m``, ``m ∣ a``."""
    found = [int(a or b) for a, b in _MODULUS.findall(text)]
    return sorted({m for m in found if 2 <= m <= 10_000})


def powers_of_literals(text: str) -> list[tuple[int, str]]:
    """(base, variable) of every ``c ^ n`` with a literal base."""
    return sorted({(int(base), exponent) for base, exponent in _POWER_MOD.findall(text) if len(base) < 7})


def fresh(names: Iterable[str], *wanted: str) -> list[str]:
    """One unused name for each that is wanted: itself, or with a number."""
    taken = set(names)
    result = []
    for want in wanted:
        name, n = want, 1
        while name in taken:
            name, n = f"{want}{n}", n + 1
        taken.add(name)
        result.append(name)
    return result


def variables(goal: Goal, types: frozenset[str] = NUMERIC) -> list[Hypothesis]:
    """Data hypotheses of the given types that a tactic can name."""
    return [h for h in goal.hypotheses if h.kind == "data" and h.type in types and h.accessible and h.value is None]


def facts(goal: Goal) -> list[Hypothesis]:
    """Propositional hypotheses that a tactic can name."""
    return [h for h in goal.hypotheses if h.kind == "prop" and h.accessible]


def mentions(text: str, name: str) -> bool:
    return name in words(text)


def binders(text: str) -> list[str]:
    """Names that the leading ∀s of a target bind, "" for an arrow's premise: ``∀ (x y : ℕ), p x → q`` gives x, y, "".

    Also reads ``∀ n ≥ 5, …`` and ``∀ x ∈ s, …`` (a name and a premise).
    """
    result: list[str] = []
    rest = text.strip()
    while rest.startswith("∀"):
        head, rest = _split_at_comma(rest[1:])
        for group in _groups(head):
            names, colon, _ = group.partition(" : ")
            if colon:
                result.extend(names.split())
            elif relation := re.match(r"(\S+) (?:≥|>|≤|<|≠|∈|∉) ", group):
                result.extend((relation.group(1), ""))
            else:
                result.extend(group.split())
    result.extend("" for _ in range(len(top_level_split(rest, "→")) - 1))
    return result


def _groups(head: str) -> Iterator[str]:
    parts = re.findall(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)|\{([^{}]*)\}|\[([^\[\]]*)\]", head)
    if parts and head.strip()[:1] in "({[":
        for part in parts:
            yield next(p for p in part if p)
    elif head.strip():
        yield head.strip()


def _split_at_comma(text: str) -> tuple[str, str]:
    depth = 0
    for i, c in enumerate(text):
        depth += (c in "([{⟨") - (c in ")]}⟩")
        if c == "," and depth == 0:
            return text[:i], text[i + 1 :].strip()
    return text, ""


def top_level_split(text: str, separator: str) -> list[str]:
    """Splits at a symbol that stands outside all brackets."""
    parts, depth, start = [], 0, 0
    for i, c in enumerate(text):
        depth += (c in "([{⟨") - (c in ")]}⟩")
        if c == separator and depth == 0:
            parts.append(text[start:i].strip())
            start = i + 1
    parts.append(text[start:].strip())
    return parts


def subterms_power_or_product(text: str) -> list[tuple[str, str]]:
    """Products of two variables, ``a * b``: pairs of names."""
    return sorted(set(re.findall(r"(?<![\w.'₀-₉^])([^\W\d][\w'₀-₉]*) \* ([^\W\d][\w'₀-₉]*)(?![\w.'₀-₉])", text)))


def applications(text: str, function: str) -> list[str]:
    """Arguments that a unary function is applied to in a term: ``f n``, ``f (n + 1)``, ``f 0``."""
    found = re.findall(rf"(?<![\w.'₀-₉]){re.escape(function)} (\((?:[^()]|\([^()]*\))*\)|[\w'₀-₉]+)", text)
    return list(dict.fromkeys(found))
