"""A polynomial inequality whose sides differ by a polynomial with positive coefficients in what is known to be nonnegative.

Every variable is written as a smaller one plus a difference (x = y + s where y ≤ x is assumed), as in Muirhead-style proofs; if the difference of the
sides then has no negative coefficient, its monomials are nonnegative one by one and Lean adds them up. Found here, so proposed only when it
holds. Also squares of differences times sums of nonnegatives, and products of strict inequalities. Costs 1 to 2 seconds of ring normalisation.
"""

import itertools
import re
from collections.abc import Iterator

from prover.policy.automation.algebra import Polynomial, add, multiply, polynomial
from prover.policy.automation.moves import GRIND, Context, Move
from prover.policy.automation.text import INTEGER, RATIONAL, facts, mentions, relation, variables
from prover.proof.state import Goal

_NAME = re.compile(r"[^\W\d][\w'₀-₉]*")
_SQUARE = "Lean.Grind.OrderedRing.sq_nonneg (a := {})"
ORDER = ("≤", "<", "≥", ">")
MOST_PRODUCTS = 14


def positive_coefficients(context: Context) -> Iterator[Move]:
    goal = context.goal
    field, difference = _claim(goal)
    if difference is None:
        return
    steps = _steps(goal, field)
    shifted: dict[str, Polynomial] = {}
    terms: dict[str, tuple[str, str]] = {}
    for k, (high, low, solver) in enumerate(steps):
        if high in shifted or (low != "0" and _NAME.fullmatch(low) and any(high == t for t, _, _ in steps[:k]) and low == high):
            continue
        shifted[high] = {((f"s{k}", 1),): 1}
        if low != "0":
            below = polynomial(low)
            shifted[high] = add(shifted[high], below or {})
        term = high if low == "0" else f"{high} - {low}"
        terms[f"s{k}"] = (term, f"show 0 ≤ {term} by {solver}")
    expanded = difference
    for _ in range(len(shifted)):
        expanded = _substituted(expanded, shifted)
    if not terms or any(c < 0 for c in expanded.values()) or not all(atom in terms for monomial in expanded for atom, _ in monomial):
        return
    lines = [
        f"have := {_product(field, [terms[atom] for atom, e in monomial for _ in range(e)])}"
        for monomial in expanded
        if sum(e for _, e in monomial) >= 2
    ]
    if len(lines) <= MOST_PRODUCTS:
        yield Move("\n".join([*lines, GRIND]), 35)


def weighted_squares(context: Context) -> Iterator[Move]:
    """(x - y)² times a sum of nonnegatives, or times x² + x y + y²; products of strict inequalities."""
    goal = context.goal
    field, difference = _claim(goal)
    if difference is None:
        return
    xs = sorted({atom for monomial in difference for atom, _ in monomial})
    degree = max((sum(e for _, e in monomial) for monomial in difference), default=0)
    steps = _steps(goal, field)
    pairs = list(itertools.combinations(xs, 2))[:3]
    nonnegative = [high for high, low, _ in steps if low == "0" and high in xs]
    solver = "omega" if field == "Int" else GRIND
    if degree == 3 and len(nonnegative) >= 2:
        total = " + ".join(nonnegative)
        yield Move(
            "\n".join([*(f"have := {field}.mul_nonneg (show 0 ≤ {total} by {solver}) ({_SQUARE.format(f'{a} - {b}')})" for a, b in pairs), GRIND]), 12
        )
    if degree == 4 and pairs:
        lines = []
        for a, b in pairs[:2]:
            squares = "; ".join(f"have := {_SQUARE.format(t)}" for t in (f"{a} + {b}", a, b))
            lines.append(
                f"have := {field}.mul_nonneg ({_SQUARE.format(f'{a} - {b}')}) (show 0 ≤ {a} ^ 2 + {a} * {b} + {b} ^ 2 by {squares}; {GRIND})"
            )
        yield Move("\n".join([*lines, GRIND]), 9)
    strict = [(high, low) for h in facts(goal) if (found := _bound(h.type)) and found[2] for high, low in [found[:2]]]
    if len(strict) >= 2:
        signs = [f"show 0 < {high if low == '0' else f'{high} - {low}'} by {solver}" for high, low in strict[:4]]
        signs += [f"show 0 < {high} by {solver}" for high, low in strict if low != "0" and any(t == low and b == "0" for t, b in strict)]
        lines = [f"have := {field}.mul_pos ({a}) ({b})" for a, b in itertools.combinations(signs, 2)]
        yield Move("\n".join([*lines[:8], GRIND]), 12)


def _claim(goal: Goal) -> tuple[str, Polynomial | None]:
    """The larger side minus the smaller, of an inequality of integers or rationals."""
    split = relation(goal.target)
    field = "Int" if goal.carrier in INTEGER else "Rat" if goal.carrier in RATIONAL else ""
    if not field or split is None or split[1] not in ORDER:
        return field, None
    left, right = polynomial(split[0]), polynomial(split[2])
    if left is None or right is None:
        return field, None
    difference = add(right, left, -1) if split[1] in "≤<" else add(left, right, -1)
    names = {v.name for v in variables(goal, INTEGER | RATIONAL)}
    plain = all(atom in names for monomial in difference for atom, _ in monomial)
    return field, difference if plain and len(difference) <= 40 else None


def _bound(text: str) -> tuple[str, str, bool] | None:
    split = relation(text)
    if split is None or split[1] not in ORDER:
        return None
    low, high = (split[0], split[2]) if split[1] in "≤<" else (split[2], split[0])
    return (high, low, split[1] in "<>") if _NAME.fullmatch(high) and re.fullmatch(r"\w+", low) else None


def _steps(goal: Goal, field: str) -> list[tuple[str, str, str]]:
    """(x, y, how to prove 0 ≤ x - y) for every assumed y ≤ x; those with a variable below come first: the chain says more than the sign."""
    solver = "omega" if field == "Int" else GRIND
    found = [bound for h in facts(goal) if (bound := _bound(h.type)) and mentions(goal.target, bound[0])]
    chain = [(high, low, solver) for high, low, _ in found if not low.isdigit()]
    return chain + [(high, low, solver) for high, low, _ in found if low.isdigit()]


def _substituted(p: Polynomial, by: dict[str, Polynomial]) -> Polynomial:
    result: Polynomial = {}
    for monomial, c in p.items():
        term: Polynomial = {(): c}
        for atom, e in monomial:
            for _ in range(e):
                term = multiply(term, by.get(atom, {((atom, 1),): 1}))
        result = add(result, term)
    return result


def _product(field: str, factors: list[tuple[str, str]]) -> str:
    (_, proof), *rest = factors
    for _, other in rest:
        proof = f"{field}.mul_nonneg ({proof}) ({other})"
    return proof
