"""Moves that a goal's outer shape asks for: introductions, splitting, cases."""

import itertools
import re
from collections.abc import Iterator

from prover.policy.automation.moves import Context, Move
from prover.policy.automation.text import (
    INTEGRAL,
    NATURAL,
    binders,
    facts,
    fresh,
    mentions,
    names,
    top_level_split,
    variables,
)
from prover.proof.state import Goal


def introductions(context: Context) -> Iterator[Move]:
    goal = context.goal
    if goal.head in ("∀", "→"):
        wanted = [name if name and name != "_" and "✝" not in name else "h" for name in binders(goal.target)] or ["h"]
        yield Move("intro " + " ".join(fresh(names(goal), *wanted)), 150)
    elif goal.head in ("Not", "Ne"):
        yield Move(f"intro {fresh(names(goal), 'h')[0]}", 20)
    elif goal.head in ("Function.Injective", "Function.Surjective", "HasSubset.Subset", "Monotone"):
        yield Move(f"intro {' '.join(fresh(names(goal), 'x', 'y'))}", 30)


def splitting(context: Context) -> Iterator[Move]:
    """∧, ∨, ↔, =-of-functions in the target; ∧, ∨, ∃, ↔ in the hypotheses."""
    goal = context.goal
    if goal.head in ("And", "Iff"):
        yield Move("constructor", 60)
    if goal.head == "Or":
        yield Move("left", 10)
        yield Move("right", 10)
        first = top_level_split(goal.target, "∨")[0]
        yield Move(f"by_cases {fresh(names(goal), 'hc')[0]} : {first}", 12)
    if goal.head == "Eq" and "→" in goal.carrier:
        yield Move(f"funext {fresh(names(goal), 'x')[0]}", 40)
    if " if " in f" {goal.target}" or "match " in goal.target:
        yield Move("split", 40)
    for h in facts(goal):
        if h.head in ("And", "Iff"):
            a, b = fresh(names(goal), f"{h.name}l", f"{h.name}r")
            yield Move(f"obtain ⟨{a}, {b}⟩ := {h.name}", 45)
        elif h.head == "Exists":
            witness = _bound_name(h.type) or "w"
            a, b = fresh(names(goal), witness, f"h{witness}")
            yield Move(f"obtain ⟨{a}, {b}⟩ := {h.name}", 60)
        elif h.head == "Or":
            yield Move(f"rcases {h.name} with {h.name} | {h.name}", 40)
        elif h.head in ("Not", "→") and goal.head == "False":
            yield Move(f"apply {h.name}", 15)
        if " if " in f" {h.type}" or "match " in h.type:
            yield Move(f"split at {h.name}", 20)


def _bound_name(text: str) -> str | None:
    match = re.match(r"∃ \(?([^\W\d][\w'₀-₉]*)", text)
    return match.group(1) if match else None


def cases(context: Context) -> Iterator[Move]:
    """Booleans, options, sums, order and parity."""
    goal = context.goal
    for h in goal.hypotheses:
        if h.kind != "data" or not h.accessible:
            continue
        if h.type == "Bool" or h.type.startswith(("Option ", "Fin 2", "Except ")) or " ⊕ " in h.type:
            yield Move(f"cases {h.name}", 15)
        elif " × " in h.type:
            a, b = fresh(names(goal), "a", "b")
            yield Move(f"obtain ⟨{a}, {b}⟩ := {h.name}", 15)
        elif h.type == "Prop" and (mentions(goal.target, h.name) or any(mentions(f.type, h.name) for f in facts(goal))):
            yield Move(f"by_cases {fresh(names(goal), f'h{h.name}')[0]} : {h.name}", 8)
    yield from _truth_tables(goal)
    if goal.head != "False":
        negated = fresh(names(goal), "hneg")[0]
        yield Move(f"refine Classical.byContradiction fun {negated} => ?_", 3)
    yield from _comparisons(goal)
    for condition in _conditions(goal):
        yield Move(f"by_cases {fresh(names(goal), 'hc')[0]} : {condition}", 6)


def _truth_tables(goal: Goal) -> Iterator[Move]:
    """A function on the booleans is two values."""
    functions = [h.name for h in goal.hypotheses if h.accessible and h.type == "Bool → Bool"]
    booleans = [h.name for h in goal.hypotheses if h.accessible and h.type == "Bool"]
    if functions and len(functions) + len(booleans) <= 4:
        splits = [f"cases {b}" for b in booleans]
        for f in functions:
            new = fresh(names(goal), f"h{f}t", f"h{f}f")
            splits += [f"cases {new[0]} : {f} true", f"cases {new[1]} : {f} false"]
        yield Move(" <;> ".join([*splits, "simp_all"]), 25)


def _comparisons(goal: Goal) -> Iterator[Move]:
    """Two numbers in order, a natural against zero, the threshold that a hypothesis speaks of."""
    hc = fresh(names(goal), "hc")[0]
    ordered = variables(goal, INTEGRAL)
    for a, b in itertools.pairwise(ordered):
        if a.type == b.type:
            kind = "Nat" if a.type in NATURAL else "Int"
            yield Move(f"rcases {kind}.lt_trichotomy {a.name} {b.name} with {hc} | {hc} | {hc}", 2)
    for v in variables(goal, NATURAL):
        yield Move(f"rcases Nat.eq_zero_or_pos {v.name} with {hc} | {hc}", 1.5)
        for h in facts(goal):
            limit = re.search(r"< (\d+) →|(\d+) ≤ \S+ →|≥ (\d+),|> (\d+),", h.type)
            if h.head == "∀" and limit:
                yield Move(f"rcases Nat.lt_or_ge {v.name} {next(filter(None, limit.groups()))} with {hc} | {hc}", 3)


def _conditions(goal: Goal) -> list[str]:
    texts = [goal.target, *(h.type for h in facts(goal))]
    found = [m for text in texts for m in re.findall(r"if ([^()]*?|\([^()]*\)) then", text)]
    return list(dict.fromkeys(found))[:4]
