"""Reading Lean's pretty-printed terms, as far as a heuristic needs to.

Everything here may be wrong about a term without harm: what it leads to is only proposed, and Lean decides.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from prover.proof.state import Goal, Hypothesis

NATURAL = frozenset({"Nat", "ℕ"})
INTEGER = frozenset({"Int", "ℤ"})
RATIONAL = frozenset({"Rat", "ℚ"})
INTEGRAL = NATURAL | INTEGER
NUMERIC = INTEGRAL | RATIONAL

_WORD = re.compile(r"[^\W\d][\w.'₀-₉!?✝¹²³]*")
_NUMERAL = re.compile(r"(?<![\w.'₀-₉])\d+(?![\w.])")
_MODULUS = re.compile(r"(?:%|∣)\s*(\d+)|(?<![\w.'₀-₉])(\d+)\s*∣")


def words(text: str) -> set[str]:
    """Identifiers in a term."""
    return set(_WORD.findall(text))


def numerals(text: str) -> list[int]:
    return [int(n) for n in _NUMERAL.findall(text) if len(n) <= 12]


def moduli(text: str) -> list[int]:
    """Literals that something is divided by: in ``a % m``, ``m ∣ a``."""
    found = [int(a or b) for a, b in _MODULUS.findall(text)]
    return sorted({m for m in found if 2 <= m <= 10_000})


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


def names(goal: Goal) -> list[str]:
    return [h.name for h in goal.hypotheses]


def texts(goal: Goal) -> list[str]:
    """The target and every fact that a tactic can name."""
    return [goal.target, *(h.type for h in facts(goal))]


def mentions(text: str, name: str) -> bool:
    return name in words(text)


def explosive(goal: Goal) -> bool:
    """x = 2 ^ 2008 where x is an exponent: nobody, Lean's kernel included, should write that power out."""
    together = " ".join(texts(goal))
    for h in facts(goal):
        x, equals, value = h.type.partition(" = ")
        if equals and "^" in value and re.fullmatch(r"[\d +*^()]+", value) and f"^ {x}" in together:
            return True
    return False


def replaced(text: str, by: Mapping[str, str]) -> str:
    """A term with variables replaced by other terms, one after the other."""
    for name, value in by.items():
        text = re.sub(rf"(?<![\w.'₀-₉]){re.escape(name)}(?![\w'₀-₉])", value.replace("\\", r"\\"), text)
    return text


def binders(text: str) -> list[str]:
    """Names that the leading ∀s of a target bind, "" for an arrow's premise: ``∀ (x y : ℕ), p x → q`` gives x, y, "".

    Also reads ``∀ n ≥ 5, …`` and ``∀ x ∈ s, …`` (a name and a premise).
    """
    return [name for name, _ in arguments(text)]


def arguments(text: str) -> list[tuple[str, str]]:
    """What a universal statement takes, in order: (name, type) of a variable, ("", premise) of an assumption."""
    result: list[tuple[str, str]] = []
    rest = text.strip()
    while rest.startswith("∀"):
        head, rest = _split_at_comma(rest[1:])
        for group in _groups(head):
            bound, colon, type_ = group.partition(" : ")
            if colon:
                result.extend((name, type_) for name in bound.split())
            elif relation_ := re.match(r"(\S+) ((?:≥|>|≤|<|≠|∈|∉) .*)", group):
                result.extend(((relation_.group(1), ""), ("", group)))
            else:
                result.extend((name, "") for name in group.split())
        rest, premises = _premises(rest)
        result.extend(("", premise) for premise in premises)
    return result if text.strip().startswith("∀") else [("", premise) for premise in _premises(text)[1]]


def conclusion(text: str) -> str:
    """What is left of a universal statement when everything that it takes is given."""
    rest = text.strip()
    while True:
        rest = _premises(rest)[0]
        if not rest.startswith("∀"):
            return rest
        rest = _split_at_comma(rest[1:])[1]


def _premises(text: str) -> tuple[str, list[str]]:
    if text.startswith(("∀", "∃")):
        return text, []
    *premises, last = top_level_split(text, "→")
    for k, premise in enumerate(premises):
        if "∃" in premise and not premise.startswith("("):
            return text, []
        if premise.startswith("∀"):
            return " → ".join([*premises[k:], last]), premises[:k]
    return last, premises


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


def applications(text: str, function: str) -> list[str]:
    """Arguments that a unary function is applied to in a term: ``f n``, ``f (n + 1)``, ``f 0``."""
    found = re.findall(rf"(?<![\w.'₀-₉]){re.escape(function)} (\((?:[^()]|\([^()]*\))*\)|[\w'₀-₉]+)", text)
    return list(dict.fromkeys(found))


def relation(text: str) -> tuple[str, str, str] | None:
    """Sides and symbol of an equation or inequality that is the whole text."""
    for symbol in ("=", "≠", "≤", "<", "≥", ">"):
        parts = top_level_split(text, symbol)
        if len(parts) == 2 and all(parts) and not re.search(r"[∧∨→↔∀∃¬]", text):
            return parts[0], symbol, parts[1]
    return None
