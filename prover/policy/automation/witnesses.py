"""Moves for ∃: terms in scope, small numerals, solutions of linear equations, functions built from what there is."""

import itertools
import re
from collections.abc import Iterator

from prover.policy.automation.moves import GRIND, Context, Move
from prover.policy.automation.terms import inhabitants, parse_type
from prover.policy.automation.text import (
    INTEGRAL,
    NUMERIC,
    RATIONAL,
    applications,
    facts,
    fresh,
    moduli,
    names,
    numerals,
    relation,
    variables,
    words,
)
from prover.proof.state import Goal

_BINDER = re.compile(r"∃ ((?:\(?[^\W\d][\w'₀-₉]*\)? ?)+)(?: : ([^,]*))?, (.*)", re.DOTALL)


def witnesses(context: Context) -> Iterator[Move]:
    goal = context.goal
    if goal.head != "Exists":
        return
    for candidate, weight in list(_candidates(goal).items())[:40]:
        yield Move(f"refine ⟨{candidate}, ?_⟩", weight)
    yield from _small_numbers(goal)
    yield from _linear(goal)
    yield from _functions(context)
    yield Move("refine ⟨_, rfl⟩", 4)
    yield Move("constructor", 0.5)
    for h in facts(goal):
        yield Move(f"exact ⟨_, {h.name}⟩", 3)
        if h.head == "∀" and "∃" in h.type:
            yield Move(f"exact Classical.axiomOfChoice {h.name}", 8)


def _candidates(goal: Goal) -> dict[str, float]:
    """Terms in scope with the weight of each."""
    candidates: dict[str, float] = {h.name: 10.0 for h in goal.hypotheses if h.kind == "data" and h.accessible}
    functions = [h.name for h in goal.hypotheses if h.kind == "data" and "→" in h.type and h.accessible]
    for f in functions:
        for x in (h for h in goal.hypotheses if h.kind == "data" and h.accessible and "→" not in h.type):
            candidates.setdefault(f"({f} {x.name})", 5.0)
            candidates.setdefault(f"({f} ({f} {x.name}))", 2.5)
        for argument in applications(goal.target, f)[:2]:
            if not words(argument) - set(names(goal)):
                candidates.setdefault(f"({f} {argument})", 3.0)
    numeric = bool(variables(goal)) or bool(numerals(goal.target))
    for n in (*numerals(goal.target), 0, 1, 2) if numeric else ():
        candidates.setdefault(str(n), 4.0)
    for h in facts(goal):
        split = relation(h.type)
        for side in (split[0], split[2]) if split and h.head not in ("Exists", "∀") else ():
            if len(side) < 40:
                candidates.setdefault(f"({side})", 3.0)
    for a in variables(goal):
        for suffix in (" + 1", " - 1", " * 2", " / 2"):
            candidates.setdefault(f"({a.name}{suffix})", 2.5)
    for a, b in itertools.combinations(variables(goal), 2):
        if a.type in RATIONAL:
            candidates.setdefault(f"(({a.name} + {b.name}) / 2)", 8.0)
        candidates.setdefault(f"({a.name} + {b.name})", 3.0)
        candidates.setdefault(f"({a.name} * {b.name})", 1.5)
    return candidates


def _body(goal: Goal) -> tuple[list[str], str] | None:
    match = _BINDER.fullmatch(goal.target)
    return (match.group(1).replace("(", "").replace(")", "").split(), match.group(3)) if match else None


def _small_numbers(goal: Goal) -> Iterator[Move]:
    """Small values, tried one after the other in a single step; with a variable about, multiples of it as well."""
    found = _body(goal)
    if found is None or not numerals(goal.target) or "∃" in found[1]:
        return
    bound, body = found
    xs = variables(goal, INTEGRAL)
    unknown = words(body) - set(bound) - {v.name for v in xs}
    if unknown:
        return
    if not xs:
        ranges = {1: range(150), 2: range(-6, 7), 3: range(6)}.get(len(bound))
        if ranges:
            points = sorted(itertools.product(ranges, repeat=len(bound)), key=lambda point: sum(map(abs, point)))
            options = [f"exact ⟨{', '.join(f'{n}' for n in point)}, by decide⟩" for point in points]
            yield Move("first\n" + "\n".join(f"| {option}" for option in options[:180]), 30)
    elif len(bound) == 1:
        factors = sorted({1, 2, *(m for m in moduli(body) if m <= 12)})
        terms = [f"{m} * {v.name} + {r}" for v in xs[:2] for m in reversed(factors) for r in range(max(m, 2))]
        yield Move("first\n" + "\n".join(f"| exact ⟨{term}, by omega⟩" for term in terms[:60]), 12)


def _linear(goal: Goal) -> Iterator[Move]:
    """∃ x, L(x) = R(x), linear in x: the solution from the values at 0 and 1."""
    found = _body(goal)
    if found is None or len(found[0]) != 1:
        return
    x, body = found[0][0], found[1]
    split = relation(body)
    if split is None or split[1] != "=":
        return
    whole = f"({split[0]}) - ({split[2]})"
    zero, one = (re.sub(rf"(?<![\w.]){re.escape(x)}(?![\w'])", value, whole) for value in ("0", "1"))
    if any(v.type in NUMERIC for v in variables(goal)):
        yield Move(f"exact ⟨(-({zero})) / (({one}) - ({zero})), by {GRIND}⟩", 15)
        yield Move(f"exact ⟨(-({zero})) / (({one}) - ({zero})), by omega⟩", 4)


def _functions(context: Context) -> Iterator[Move]:
    """Functions and predicates, built from what is in scope: the diagonal and its like."""
    goal = context.goal
    found = _body(goal)
    if found is None:
        return
    typed = re.search(rf"∃ {re.escape(found[0][0])} : ([^,]*→[^,]*),", context.statement.declaration)
    if typed is None:
        return
    scope = {h.name: parse_type(h.type) for h in goal.hypotheses if h.kind == "data" and h.accessible}
    for k, term in enumerate(inhabitants(parse_type(typed.group(1)), scope)):
        new = fresh(names(goal), "x", "h")
        yield Move(f"refine ⟨{term}, ?_⟩", 14.0 / (1 + 0.3 * k))
        yield Move(
            f"refine ⟨{term}, fun {new[0]} {new[1]} => ?_⟩\nhave := congrFun {new[1]} {new[0]}\nfirst | (solve | simp at this) | {GRIND} | simp_all",
            10.0 / (1 + 0.3 * k),
        )
