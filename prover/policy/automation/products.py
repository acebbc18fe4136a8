"""Moves for inequalities and equations of degree two and more: products of what is nonnegative, squares, factoring, denominators."""

import itertools
import re
from collections.abc import Iterator

from prover.policy.automation.algebra import (
    ONE,
    Polynomial,
    add,
    divide,
    fraction,
    polynomial,
    show,
)
from prover.policy.automation.moves import Context, Move
from prover.policy.automation.text import (
    INTEGER,
    NATURAL,
    RATIONAL,
    facts,
    fresh,
    mentions,
    names,
    numerals,
    relation,
    texts,
    variables,
)
from prover.proof.state import Goal

ORDER = frozenset({"LE.le", "LT.lt", "GE.ge", "GT.gt"})
_SQUARE = "have := Lean.Grind.OrderedRing.sq_nonneg (a := {})"


def hints(context: Context) -> Iterator[Move]:
    """Squares and products of hypotheses, then linear arithmetic over monomials (what `nlinarith` does)."""
    goal = context.goal
    field = _field(goal)
    if not field or goal.head not in ORDER | {"False", "Eq", "Or"}:
        return
    if goal.head not in ORDER and (any(h.head == "∀" for h in facts(goal)) or not any(h.head in ORDER for h in facts(goal))):
        return
    xs = [v.name for v in variables(goal, INTEGER | RATIONAL) if any(mentions(text, v.name) for text in texts(goal))][:4]
    if not xs:
        return
    weight = 1.0 if goal.head in ORDER else 0.35
    squares = [_SQUARE.format(f"{a} - {b}") for a, b in itertools.combinations(xs, 2)]
    own = [_SQUARE.format(x) for x in xs]
    sums = [_SQUARE.format(f"{a} + {b}") for a, b in itertools.combinations(xs, 2)]
    shifted = [_SQUARE.format(f"{x} - {n}") for x in xs[:2] for n in sorted({c for n in numerals(goal.pp) for c in (n, n // 2) if 0 < c < 1000})[:4]]
    signs = _differences(goal, field)
    pairs = [_product(field, a, b) for a, b in itertools.combinations_with_replacement(signs[:5], 2) if a[0] != b[0] or len(signs) <= 3]
    cubic = [_product(field, s, (f"{x} ^ 2", "Lean.Grind.OrderedRing.sq_nonneg")) for s in signs[:3] for x in _forms(xs)]
    for lines, factor in (
        (squares, 14.0),
        (pairs, 13.0),
        (own + shifted, 9.0),
        (own + sums, 5.0),
        (pairs + squares, 5.0) if pairs and squares else ([], 0.0),
        (cubic, 5.0),
        (_crossed(xs), 7.0),
    ):
        if lines:
            yield Move("\n".join([*dict.fromkeys(lines), "grind -verbose"]), factor * weight)


def _field(goal: Goal) -> str:
    carriers = [goal.carrier, *(h.carrier for h in facts(goal))]
    return next(("Int" if c in INTEGER else "Rat" for c in carriers if c in INTEGER | RATIONAL), "")


def _forms(xs: list[str]) -> list[str]:
    return [*xs, *(f"({a} + {b})" for a, b in itertools.combinations(xs, 2))][:4]


def _crossed(xs: list[str]) -> list[str]:
    """a d - b c and its like: the squares behind Cauchy's inequality."""
    if len(xs) != 4:
        return []
    a, b, c, d = xs
    return [_SQUARE.format(form) for form in (f"{a} * {d} - {b} * {c}", f"{a} * {c} - {b} * {d}", f"{a} * {b} - {c} * {d}")]


def _differences(goal: Goal, field: str) -> list[tuple[str, str]]:
    """(term, proof that it is nonnegative), from hypotheses and the signs that follow from chains of them."""
    result: list[tuple[str, str]] = []
    solver = "omega" if field == "Int" else "grind -verbose"
    for h in facts(goal):
        split = relation(h.type)
        if h.head in ORDER and split and h.carrier in (INTEGER if field == "Int" else RATIONAL):
            left, symbol, right = split
            low, high = (left, right) if symbol in ("≤", "<") else (right, left)
            term = high if low == "0" else f"{high} - {low}" if re.fullmatch(r"[\w'₀-₉]+", low) else f"{high} - ({low})"
            result.append((term, f"show 0 ≤ {term} by {solver}"))
    ends = [(t, p) for t, p in result if re.fullmatch(r"\S+ - \S+", t)]
    for (s, _), (t, _) in itertools.permutations(ends, 2):
        (high, _, middle), (other, _, low) = s.split(), t.split()
        if middle == other:
            result.append((f"{high} - {low}", f"show 0 ≤ {high} - {low} by {solver}"))
    return result[:6]


def _product(field: str, a: tuple[str, str], b: tuple[str, str]) -> str:
    (_, p), (_, q) = a, b
    second = f"show 0 ≤ {b[0]} from {q}" if not q.startswith("show") else q
    return f"have := {field}.mul_nonneg ({p}) ({second})"


def natural_products(context: Context) -> Iterator[Move]:
    """Growth and comparison of products of naturals."""
    goal = context.goal
    said = " , ".join(texts(goal))
    xs = [v.name for v in variables(goal, NATURAL)]
    squared = [x for x in xs if re.search(rf"(?<![\w.']){re.escape(x)} (\* {re.escape(x)}(?![\w'])|\^ 2)", said)]
    for a, b in itertools.combinations(squared[:3], 2):
        h, k = fresh(names(goal), "hc", "k")
        cases = (
            f"rcases Nat.lt_trichotomy {a} {b} with {h} | {h} | {h}\n· obtain ⟨{k}, rfl⟩ := Nat.exists_eq_add_of_lt {h}; grind -verbose\n"
            f"· subst {h}; first | omega | grind -verbose\n· obtain ⟨{k}, rfl⟩ := Nat.exists_eq_add_of_lt {h}; grind -verbose"
        )
        yield Move(cases, 7)
        yield Move(f"rcases Nat.lt_trichotomy {a} {b} with {h} | {h} | {h}", 2)
    for a, b in sorted(set(re.findall(r"(?<![\w.'^])([^\W\d][\w'₀-₉]*) \* ([^\W\d][\w'₀-₉]*)(?![\w'.])", said)))[:3]:
        if a in xs and b in xs:
            h = fresh(names(goal), "hm")[0]
            yield from _monotone(goal)
            yield Move(f"have {h} := Nat.le_mul_of_pos_right {a} (show 0 < {b} by omega)", 2)
            yield Move(f"rcases Nat.le_total {a} {b} with {h} | {h}", 2)


def _monotone(goal: Goal) -> Iterator[Move]:
    """a ≤ b times a, times b, and squared."""
    for h in facts(goal):
        if h.head == "LE.le" and h.carrier in NATURAL and (split := re.fullmatch(r"([^\W\d][\w'₀-₉]*) ≤ ([^\W\d][\w'₀-₉]*)", h.type)):
            products = [f"Nat.mul_le_mul_left {x} {h.name}" for x in split.groups()] + [f"Nat.mul_le_mul {h.name} {h.name}"]
            yield Move("\n".join([*(f"have := {p}" for p in products), "first | omega | grind -verbose"]), 6)


def vanishing(context: Context) -> Iterator[Move]:
    """A sum of squares that is zero or less: each square is."""
    goal = context.goal
    field = _field(goal)
    if not field or not any(h.head in ("Eq", "LE.le") and ("^ 2" in h.type or re.search(r"(\w) \* \1", h.type)) for h in facts(goal)):
        return
    xs = [v.name for v in variables(goal, INTEGER | RATIONAL) if any(mentions(h.type, v.name) for h in facts(goal))][:3]
    squares = [_SQUARE.format(form) for form in (*xs, *(f"{a} {sign} {b}" for a, b in itertools.combinations(xs, 2) for sign in "+-"))]
    new = fresh(names(goal), *(f"h{x}" for x in xs))
    lines = [
        f"have {h} : {x} = 0 := by\n  have hu : {x} * {x} ≤ 0 := by grind -verbose\n  have hl : 0 ≤ {x} * {x} := by grind -verbose\n"
        f"  exact ({field}.mul_eq_zero.mp ({field}.le_antisymm hu hl)).elim id id"
        for x, h in zip(xs, new, strict=True)
    ]
    if lines:
        yield Move("\n".join([*squares, *lines, "first | omega | grind -verbose"]), 7)


def factoring(context: Context) -> Iterator[Move]:
    """x = y or x ≠ y is in sight and an equation (or the difference of two) is a multiple of x - y."""
    goal = context.goal
    field = _field(goal)
    equations = [p for h in facts(goal) if h.head == "Eq" and h.carrier in INTEGER | RATIONAL and (p := _difference(h.type)) is not None]
    if not field or not equations or any(h.name.startswith("hfactor") for h in facts(goal)):
        return
    candidates = equations + [add(p, q, -1) for p, q in itertools.combinations(equations[:4], 2)]
    said = [(goal.target, goal.head), *((h.type, h.head) for h in facts(goal))]
    linear = [f for text, head in said if head in ("Eq", "Ne") and (f := _difference(text))]
    linear = [f for f in linear if all(sum(e for _, e in m) <= 1 for m in f) and len(f) >= 2]
    h, e = fresh(names(goal), "hz", "hfactor")
    for factor in linear[:4]:
        for p in candidates:
            quotient, remainder = divide(p, factor)
            if quotient and not remainder and any(quotient) and quotient != ONE:
                yield Move(
                    f"have {e} : ({show(factor)}) * ({show(quotient)}) = 0 := by grind -verbose\n"
                    f"rcases {field}.mul_eq_zero.mp {e} with {h} | {h}\n· first | omega | grind -verbose",
                    25,
                )


def _difference(text: str) -> Polynomial | None:
    split = relation(text)
    if split is None or split[1] not in ("=", "≠"):
        return None
    left, right = polynomial(split[0]), polynomial(split[2])
    return add(left, right, -1) if left is not None and right is not None else None


def denominators(context: Context) -> Iterator[Move]:
    """An inequality of fractions: their difference is a numerator over a positive denominator."""
    goal = context.goal
    split = relation(goal.target)
    if goal.carrier not in RATIONAL or goal.head not in ORDER or split is None or not ("/" in goal.target or "⁻¹" in goal.target):
        return
    left, symbol, right = split
    low, high = (left, right) if symbol in ("≤", "<") else (right, left)
    whole = fraction(f"({high}) - ({low})")
    if whole is None or whole[1] == ONE:
        return
    top, bottom = whole
    strict = symbol in ("<", ">")
    divisors = list(dict.fromkeys(re.findall(r"/ (\([^()]*\)|[^\W\d][\w'₀-₉]*)", goal.target)))
    hd, he, hn, hi = fresh(names(goal), "hd", "he", "hn", "hi")
    signs = [f"show (0 : Rat) < {d} by grind -verbose" for d in divisors]
    positive = [f"have := {sign}" for sign in signs]
    products = [f"have := Rat.mul_pos ({a}) ({b})" for a, b in itertools.combinations(signs, 2)]
    known = "\n  ".join([*positive, *products, "grind -verbose"])
    lemma = f"Rat.mul_pos {hn} {hi}" if strict else f"Rat.mul_nonneg {hn} (Rat.le_of_lt {hi})"
    sign = "<" if strict else "≤"
    yield Move(
        f"have {hd} : 0 < {show(bottom)} := by\n  {known}\nhave {hi} := Rat.inv_pos.mpr {hd}\n"
        f"have {he} : ({high}) - ({low}) = ({show(top)}) * ({show(bottom)})⁻¹ := by grind -verbose\n"
        f"suffices {hn} : 0 {sign} {show(top)} by\n  have := {lemma}\n  grind -verbose\nclear {hd} {hi} {he}",
        40,
    )
