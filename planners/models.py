"""Small values to try in place of what a statement speaks of: numbers, lists, predicates, functions; and functions that a recurrence defines.

Pure, on Lean's pretty-printed types. What comes out may not fit: it is only proposed, and Lean decides.
"""

import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from prover.policy.automation.terms import Type, parse_type
from prover.policy.automation.text import INTEGER, NATURAL, RATIONAL, facts, numerals, replaced, words
from prover.proof.state import Goal, Hypothesis

_RECURRENCE = re.compile(r"∀ \((\w+) : (?:Nat|ℕ)\), ([^\W\d][\w'₀-₉]*) \(\1 \+ ([123])\) = (.*)", re.DOTALL)
_BASE = re.compile(r"([^\W\d][\w'₀-₉]*) (\d) = (.*)", re.DOTALL)
_SORT = re.compile(r"Type\b.*|Sort\b.*")
_FIN = re.compile(r"Fin (\d{1,3})")


def values(type_: Type, special: Iterable[int] = ()) -> list[str]:
    """Terms of a type, the simplest first; none of a type that is not known here.

    Args:
        special: numbers that are worth trying beside the smallest.
    """
    if isinstance(type_, tuple):
        return list(_functions(type_))
    near = sorted({value for n in special for value in (n - 1, n, n + 1, n + 2) if 0 <= value <= 1_000})
    if type_ in NATURAL:
        return [str(n) for n in dict.fromkeys([*range(5), *near, *range(5, 13)])]
    if type_ in INTEGER:
        return [f"({n})" for n in dict.fromkeys([0, 1, -1, 2, -2, 3, *near, *(-n for n in near)])]
    if type_ in RATIONAL:
        return [f"({n})" for n in ("0", "1", "-1", "2", "1/2", "-1/2", "3", *map(str, near))]
    if found := _FIN.fullmatch(type_):
        return [str(n) for n in range(min(int(found.group(1)), 8))]
    if _SORT.fullmatch(type_):
        return ["Bool"]
    if type_.startswith("List "):
        some = values(parse_type(_bare(type_[5:])))[:3]
        return ["[]", *(f"[{x}]" for x in some), *(f"[{x}, {y}]" for x in some[:2] for y in some[:2]), *(f"[{x}, {x}, {x}]" for x in some[:1])]
    return {"Bool": ["true", "false"], "Prop": ["True", "False"], "Unit": ["()"]}.get(type_, [])


def models(goal: Goal, most: int = 8) -> list[dict[str, str]]:
    """Ways to choose the goal's types, propositions and functions (everything but its plain data), the likeliest first. One, empty, where it has
    none; none where something is of a type that is not known here.
    """
    chosen: dict[str, list[str]] = {}
    types: dict[str, str] = {}
    recursive = recursions(goal)
    for h in goal.hypotheses:
        if h.kind != "data":
            continue
        type_ = parse_type(replaced(h.type, types))
        if _SORT.fullmatch(h.type):
            types[h.name] = "Bool"
            chosen[h.name] = ["Bool"]
        elif isinstance(type_, tuple) or type_ == "Prop":
            chosen[h.name] = [recursive[h.name]] if h.name in recursive else values(type_)
    return [dict(zip(chosen, choice, strict=True)) for choice in itertools.islice(_diagonally(list(chosen.values())), most)]


def plain(goal: Goal, model: Mapping[str, str]) -> list[tuple[Hypothesis, str, list[str]]]:
    """The data that a model leaves open: each with its type in the model, and values to try."""
    special = [n for n in numerals(goal.target) + [n for h in facts(goal) for n in numerals(h.type)] if n > 3]
    types = {name: value for name, value in model.items() if value == "Bool"}
    found = []
    for h in goal.hypotheses:
        if h.kind == "data" and h.name not in model:
            text = replaced(h.type, types)
            found.append((h, text, values(parse_type(text), special[:4])))
    return found


def tuples(options: Sequence[Sequence[str]], most: int = 64) -> list[tuple[str, ...]]:
    """One value for each, small ones first."""
    return list(itertools.islice(_diagonally(options), most))


def _diagonally(options: Sequence[Sequence[str]]) -> Iterator[tuple[str, ...]]:
    """The product, those with the smallest sum of indices first."""
    for total in range(sum(len(option) - 1 for option in options) + 1 if all(options) else 0):
        yield from (tuple(choice) for choice in _summing(options, total))


def _summing(options: Sequence[Sequence[str]], total: int) -> Iterator[list[str]]:
    if not options:
        if total == 0:
            yield []
        return
    first, *rest = options
    for index in range(min(total, len(first) - 1) + 1):
        for others in _summing(rest, total - index):
            yield [first[index], *others]


def _functions(type_: tuple[Type, Type]) -> Iterator[str]:
    """Identity, projections, constants, and a few that make something of their argument."""
    domain, codomain = type_
    if isinstance(codomain, tuple):
        inner = next(_functions(codomain), None)
        yield from (f"(fun x _ => {term})" for term in ("x",) if codomain[1] == domain)
        yield from (f"(fun _ => {inner})",) if inner else ()
        if codomain == (domain, "Prop"):
            yield from ("(fun x y => x = y)", "(fun x y => x ≠ y)")
        return
    if domain == codomain:
        yield "(fun x => x)"
    if domain == codomain == "Bool":
        yield "(fun x => !x)"
    if codomain == "Prop" and not isinstance(domain, tuple) and (some := values(domain)):
        yield f"(fun x => x = {some[0]})"
        yield from ("(fun x => x % 2 = 0)", "(fun x => x % 3 = 0)") if domain in NATURAL | INTEGER else ()
    if domain in NATURAL | INTEGER and codomain in NATURAL | INTEGER | RATIONAL and domain == codomain:
        yield from ("(fun x => x + 1)", "(fun x => 2 * x)")
    yield from (f"(fun _ => {value})" for value in values(codomain)[:2])


def recursions(goal: Goal) -> dict[str, str]:
    """Functions on the naturals that a recurrence among the hypotheses defines, as terms."""
    bases: dict[tuple[str, int], str] = {}
    for h in facts(goal):
        if (base := _BASE.fullmatch(h.type)) is not None:
            bases[(base.group(1), int(base.group(2)))] = base.group(3)
    data = {h.name: h for h in goal.hypotheses if h.kind == "data" and h.accessible}
    found: dict[str, str] = {}
    for h in facts(goal):
        match = _RECURRENCE.fullmatch(h.type)
        function = data.get(match.group(2)) if match else None
        if match is None or function is None or function.name in found:
            continue
        domain, arrow, codomain = function.type.partition(" → ")
        if not arrow or "→" in codomain or domain not in NATURAL:
            continue
        n, f, order, right = match.group(1), match.group(2), int(match.group(3)), match.group(4)
        previous = [f"p{'.2' * k}{'.1' if k < order - 1 else ''}" for k in range(order)]
        step = right
        for k in reversed(range(order)):
            step = re.sub(rf"(?<![\w.']){re.escape(f)} {re.escape(f'({n} + {k})') if k else n}(?![\w'])", previous[k], step)
        step = replaced(step, found)
        first = [bases.get((f, k), "1") for k in range(order)]
        if (words(step) - {n, "p"}) & data.keys() or any(words(base) & data.keys() for base in first):
            continue
        start = ", ".join(first)
        later = ", ".join([*previous[1:], step])
        bracket = "({})" if order > 1 else "{}"
        motive = " × ".join([codomain] * order)
        found[f] = (
            f"(fun k => (Nat.rec (motive := fun _ => {motive}) {bracket.format(start) if order > 1 else f'({start})'} "
            f"(fun {n} p => {bracket.format(later)}) k){'.1' if order > 1 else ''} : {function.type})"
        )
    return found


def _bare(text: str) -> str:
    return text[1:-1] if text.startswith("(") and text.endswith(")") else text
