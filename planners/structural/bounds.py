"""Plans that prove a sign, a bound or a product first, and conclude from there."""

import itertools
import re
from collections.abc import Iterator

from planners.structural.idea import Idea, Situation, chain
from prover.policy.automation.algebra import divide, fraction, show
from prover.policy.automation.text import INTEGER, NATURAL, RATIONAL, facts, relation, texts, variables

_MOST_PAIRS = 3
_ATOM = r"(?:\((?:[^()]|\([^()]*\))*\)|[\w']+)"


def quotients(situation: Situation) -> Iterator[Idea]:
    """An inequality between quotients: the difference is N / D, and the signs of N, of D and of D's factors are lemmas."""
    goal = situation.goal
    split = relation(goal.target)
    if split is None or goal.carrier not in RATIONAL or split[1] not in ("≤", "<", "≥", ">"):
        return
    small, large = (split[0], split[2]) if split[1] in ("≤", "<") else (split[2], split[0])
    factors = list(dict.fromkeys(re.findall(rf"/ ({_ATOM})", goal.target)))
    bottom = " * ".join(factors)
    whole = fraction(f"(({large}) - ({small})) * ({bottom})") if factors else None
    if whole is None:
        return
    numerator, rest = divide(*whole)
    if rest:
        return
    symbol = "<" if split[1] in ("<", ">") else "≤"
    top, gap, signed, *signs = situation.fresh("top", "gap", "signed", *["sign"] * (2 * len(factors) - 1))
    yield chain(
        [
            *((sign, f": 0 < {factor}") for sign, factor in zip(signs, factors, strict=False)),
            *((sign, f": 0 < {' * '.join(factors[:many])}") for many, sign in enumerate(signs[len(factors) :], 2)),
            (top, f": (0 : {goal.carrier}) {symbol} {show(numerator)}"),
            (gap, f": ({large}) - ({small}) = ({show(numerator)}) / ({bottom})"),
            (signed, f": 0 {symbol} ({show(numerator)}) / ({bottom})"),
        ],
        "the difference as one quotient",
        9,
    )


def ordered_products(situation: Situation) -> Iterator[Idea]:
    """Two variables in products: which is larger decides which square is, with room for one between."""
    goal = situation.goal
    together = " ".join(texts(goal))
    whole = [
        v for v in variables(goal, NATURAL | INTEGER) if re.search(rf"(?<![\w.]){re.escape(v.name)} [*^]|[*] {re.escape(v.name)}(?![\w'])", together)
    ]
    for v, w in itertools.islice(((v, w) for v, w in itertools.combinations(whole, 2) if v.type == w.type), _MOST_PAIRS):
        if v.type not in NATURAL:
            continue
        x, y = v.name, w.name
        below, above, same = situation.fresh("below", "above", "order")
        yield chain(
            [
                (below, f": {x} ≤ {y} → {x} * {x} ≤ {x} * {y} ∧ {x} * {y} ≤ {y} * {y}"),
                (above, f": {y} + 1 ≤ {x} → ({y} + 1) * ({y} + 1) ≤ {x} * {x} ∧ ({y} + 1) * {y} ≤ {x} * {y}"),
                (same, f": {x} ≤ {y} ∨ {y} + 1 ≤ {x}"),
            ],
            f"{x} against {y}",
            7,
        )
        yield chain(
            [
                (below, f": {y} ≤ {x} → {y} * {y} ≤ {x} * {y} ∧ {x} * {y} ≤ {x} * {x}"),
                (above, f": {x} + 1 ≤ {y} → ({x} + 1) * ({x} + 1) ≤ {y} * {y} ∧ ({x} + 1) * {x} ≤ {x} * {y}"),
                (same, f": {y} ≤ {x} ∨ {x} + 1 ≤ {y}"),
            ],
            f"{y} against {x}",
            6.5,
        )


def signs_first(situation: Situation) -> Iterator[Idea]:
    """The sign of every sum and difference that is multiplied or raised, and of every pairwise product."""
    goal = situation.goal
    if goal.head not in ("LE.le", "LT.lt") or goal.carrier not in INTEGER | RATIONAL:
        return
    brackets = [b for b in dict.fromkeys(re.findall(r"\(([^()]*)\)", goal.target)) if re.search("[+-]", b) and ":" not in b][:2]
    known = [v.name for v in variables(goal, INTEGER | RATIONAL)]
    given = {m.group(2): m.group(1) for h in facts(goal) if (m := re.fullmatch(r"0 (≤|<) (\w+)", h.type))}
    products = [(x, y) for x, y in itertools.combinations([v for v in known if v in given], 2)][:_MOST_PAIRS]
    lemmas = [(f"sign{k}", f": 0 ≤ {bracket}") for k, bracket in enumerate(brackets)]
    lemmas += [(f"product{k}", f": 0 ≤ {x} * {y}") for k, (x, y) in enumerate(products)]
    squares = [
        (f"square{k}", f": 0 ≤ ({x} - {y}) * ({x} - {y})") for k, (x, y) in enumerate(itertools.islice(itertools.combinations(known, 2), _MOST_PAIRS))
    ]
    if lemmas:
        yield chain(list(zip(situation.fresh(*(name for name, _ in lemmas)), [text for _, text in lemmas], strict=True)), "signs first", 4)
    if squares:
        both = [*lemmas[len(brackets) :], *squares]
        yield chain(list(zip(situation.fresh(*(name for name, _ in both)), [text for _, text in both], strict=True)), "squares and products first", 4)
