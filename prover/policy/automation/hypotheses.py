"""Moves that use what is assumed: rewriting, applying, specialising."""

import itertools
import re
from collections.abc import Iterator

from prover.policy.automation.moves import CLOSE, GRIND, Context, Move
from prover.policy.automation.terms import inhabitants, parse_type
from prover.policy.automation.text import (
    NUMERIC,
    applications,
    arguments,
    conclusion,
    facts,
    fresh,
    mentions,
    names,
    numerals,
    replaced,
    words,
)
from prover.proof.state import Goal, Hypothesis

_IDENTIFIER = re.compile(r"[^\W\d][\w'₀-₉]*")


def using_hypotheses(context: Context) -> Iterator[Move]:
    goal = context.goal
    hypotheses = facts(goal)
    for h in hypotheses:
        if h.head in ("∀", "→", "Not", "Iff"):
            end = conclusion(h.type)
            if h.head != "Iff" and (h.head != "Not" or goal.head == "False"):
                yield Move(f"apply {h.name}", 8 if _similar(end, goal.target) else 1)
        if h.head == "Eq" or (h.head == "∀" and " = " in h.type):
            yield Move(f"rw [{h.name}]", 9)
            yield Move(f"rw [← {h.name}]", 2)
            yield Move(f"simp [{h.name}]", 2)
        elif h.head == "Iff" or (h.head == "∀" and " ↔ " in h.type):
            yield Move(f"rw [{h.name}]", 5)
        if h.head in ("∀", "→"):
            yield from _instances(goal, h)
    yield from _together(goal, hypotheses)
    for h in hypotheses:
        if h.head == "Eq":
            left, _, right = h.type.partition(" = ")
            if any(_IDENTIFIER.fullmatch(side) and side in names(goal) for side in (left, right)):
                yield Move(f"subst {h.name}", 12)


def _similar(a: str, b: str) -> bool:
    """The same relation or the same leading symbol."""
    symbols = r"[≤<=≠∣∧∨¬]"
    heads = a.split()[:1] == b.split()[:1]
    return heads or bool(set(re.findall(symbols, a)) & set(re.findall(symbols, b)))


def _together(goal: Goal, hypotheses: list[Hypothesis]) -> Iterator[Move]:
    """All equations as simplification rules."""
    equations = [h.name for h in hypotheses if h.head in ("Eq", "∀", "Iff", "Ne")]
    if equations:
        yield Move(f"simp [{', '.join(equations[:8])}]", 6)
        if any(h.carrier in NUMERIC for h in hypotheses) or goal.carrier in NUMERIC:
            yield Move(f"simp [{', '.join(equations[:8])}] <;> omega", 4)


def _instances(goal: Goal, h: Hypothesis) -> Iterator[Move]:
    """A universal hypothesis at the terms that the goal speaks of; its premises proved on the spot."""
    wanted = arguments(h.type)
    bound = [(name, type_) for name, type_ in wanted if name]
    new = fresh(names(goal), f"{h.name}i")[0]
    if not bound:
        premise = wanted[0][1] if wanted else ""
        for fact in facts(goal):
            if fact.type == premise:
                yield Move(f"have {new} := {h.name} {fact.name}", 12)
        return
    if len(bound) > 3:
        return
    choices = [list(_terms(goal, type_).items())[: (8, 5, 3)[len(bound) - 1]] for _, type_ in bound]
    factor = (1.0, 0.5, 0.25)[len(bound) - 1]
    for chosen in itertools.islice(itertools.product(*choices), 40):
        values = {name: term for (name, _), (term, _) in zip(bound, chosen, strict=True)}
        given = " ".join(values[name] if name else f"({_premise(goal, premise, values)})" for name, premise in wanted)
        yield Move(f"have {new} := {h.name} {given}", factor * min(weight for _, weight in chosen))
    if h.head == "∀" and not h.name.startswith("ih"):
        yield from _many(goal, h, wanted, choices)


def _many(goal: Goal, h: Hypothesis, wanted: list[tuple[str, str]], choices: list[list[tuple[str, float]]]) -> Iterator[Move]:
    """A functional equation at several values at once."""
    if any(not name for name, _ in wanted) or "=" not in h.type:
        return
    several = list(itertools.islice(itertools.product(*choices), 9))
    if len(several) >= 2:
        lines = [f"have := {h.name} {' '.join(term for term, _ in chosen)}" for chosen in several]
        yield Move("\n".join([*lines, f"first | (solve | simp_all) | (solve | (simp_all; omega)) | {GRIND}"]), 4)


def _premise(goal: Goal, premise: str, values: dict[str, str]) -> str:
    text = replaced(premise, values)
    for fact in facts(goal):
        if fact.type == text:
            return fact.name
    return f"by {CLOSE}" if not words(text) - set(names(goal)) else "by assumption"


def _terms(goal: Goal, type_: str) -> dict[str, float]:
    """Terms of a type with the weight of each, best first: variables, arguments of functions in the goal, small numerals."""
    data = [v for v in goal.hypotheses if v.kind == "data" and v.accessible]
    if "→" in type_:
        scope = {v.name: parse_type(v.type) for v in data}
        return dict.fromkeys(inhabitants(parse_type(type_), scope), 4.0)
    found: dict[str, float] = {}
    for v in data:
        if v.type == type_ or (not type_ and v.type in NUMERIC):
            found[v.name] = 4.0 if mentions(goal.target, v.name) else 2.5
    for f in (v for v in data if "→" in v.type):
        domain, _, codomain = f.type.partition(" → ")
        for argument in applications(goal.target, f.name)[:4]:
            if domain == type_:
                found.setdefault(argument, 4.0)
            if codomain == type_:
                found.setdefault(f"({f.name} {argument})", 2.0)
    if type_ in NUMERIC or not type_:
        for n in (0, 1, *numerals(goal.target)[:3]):
            found.setdefault(str(n), 1.5)
    return dict(sorted(found.items(), key=lambda item: -item[1]))
