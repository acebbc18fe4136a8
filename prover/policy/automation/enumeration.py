"""Moves for finitely many candidates: first bounds, then every value, in cases or all at once in the kernel."""

import re
from collections.abc import Iterator
from math import isqrt, prod

from prover.policy.automation.moves import Context, Move
from prover.policy.automation.text import INTEGRAL, NATURAL, facts, fresh, mentions, names, numerals, replaced, texts, variables
from prover.proof.state import Goal, Hypothesis

MOST_CANDIDATES = 10_000
"""Largest number of tuples that the kernel is asked to go through."""

MOST_VALUES = 128
"""Largest case split over the values of one variable."""

_PAIR = re.compile(r"(?<![\w.'₀-₉^])([^\W\d][\w'₀-₉]*) \* ([^\W\d][\w'₀-₉]*)(?![\w.'₀-₉])")
_LITERAL_POWER = re.compile(r"(?<![\w.'₀-₉])(\d{1,6}) \^ ([^\W\d][\w'₀-₉]*)")
_UPPER = re.compile(r"([^\W\d][\w'₀-₉]*) (<|≤) (\d+)")


def enumeration(context: Context) -> Iterator[Move]:
    goal = context.goal
    said = texts(goal)
    xs = [v for v in variables(goal, INTEGRAL) if any(mentions(text, v.name) for text in said)]
    if not xs or len(xs) > 4 or goal.head in ("∀", "→", "Exists", "And", "Iff"):
        return
    nonlinear = any(re.search(r"\^|[\w)] \* [^\W\d(]|%|∣|gcd|\) \* \(", text) for text in said)
    bounds = _known_bounds(goal)
    missing = [v for v in xs if v.name not in bounds]
    if missing and nonlinear:
        yield from _bounding(goal, missing, 10.0)
    for v in xs:
        if v.name in bounds and bounds[v.name] <= MOST_VALUES:
            yield Move(_values(goal, v, bounds[v.name]), (8.0 if nonlinear else 3.0) * (1.0 if bounds[v.name] <= 24 else 0.5))
    if not missing and prod(bounds[v.name] for v in xs) <= MOST_CANDIDATES and (nonlinear or goal.head != "False"):
        yield from _all_at_once(goal, xs, bounds)
    yield from _by_division(goal, xs)


def _known_bounds(goal: Goal) -> dict[str, int]:
    """For each variable, the least n with `variable < n` among the facts."""
    found: dict[str, int] = {}
    for h in facts(goal):
        for name, symbol, n in _UPPER.findall(h.type) if h.head in ("LT.lt", "LE.le", "And") else ():
            if len(n) < 7:
                found[name] = min(int(n) + (symbol == "≤"), found.get(name, 10**7))
    return found


def _bounding(goal: Goal, missing: list[Hypothesis], weight: float) -> Iterator[Move]:
    """A bound among the numbers in sight, and their roots: the least that is linear, or else the least that products prove."""
    literals = sorted({n for text in texts(goal) for n in numerals(text) if 1 <= n <= 5000})
    limits = sorted({n + 1 for n in literals} | {isqrt(n) + 1 for n in literals if n >= 9})[:14]
    if not limits:
        return
    lines = []
    for v, h in zip(missing, fresh(names(goal), *(f"h{v.name}b" for v in missing)), strict=True):
        others = _others(goal, v)
        small = [(limit, "omega") for limit in limits if limit <= MOST_VALUES]
        products = [(limit, proof) for limit in limits for proof in _bound_proofs(v, limit, others)]
        linear = [(limit, "omega") for limit in limits if limit > MOST_VALUES]
        attempts = [f"| have {h} : {v.name} < {limit} := by {proof}" for limit, proof in (*small, *products, *linear)]
        lines.append("first\n" + "\n".join(attempts))
    yield Move("\n".join(lines), weight)
    if len(lines) > 1:
        for line in lines:
            yield Move(line, weight * 0.4)


def _others(goal: Goal, v: Hypothesis) -> list[Hypothesis]:
    said = " , ".join(texts(goal))
    together = {a if b == v.name else b for a, b in _PAIR.findall(said) if v.name in (a, b)}
    return [w for w in variables(goal, INTEGRAL) if w.name in together and w.type == v.type and w.name != v.name]


def _bound_proofs(v: Hypothesis, limit: int, others: list[Hypothesis]) -> Iterator[str]:
    """Attempts at v < limit beyond linear ones: v ≤ v * w; v ≤ v ^ k; by contradiction with the product of what is then known."""
    x = v.name
    if v.type in NATURAL:
        for w in others:
            positive = f"show 0 < {w.name} by first | omega | (false_or_by_contra; simp_all)"
            yield f"have := Nat.le_mul_of_pos_right {x} ({positive}); have := Nat.le_mul_of_pos_left {x} ({positive}); omega"
        yield f"have := Nat.le_self_pow (show 2 ≠ 0 by decide) {x}; omega"
        square = f"Nat.mul_le_mul (show {limit} ≤ {x} by omega) (show {limit} ≤ {x} by omega)"
        yield f"false_or_by_contra; have := {square}; simp only [Nat.pow_two] at *; omega"
        return
    for w in others:
        commuted = f"have := Int.mul_comm {x} {w.name}; omega"
        yield f"have := Int.mul_nonneg (show 0 ≤ {x} by omega) (show 0 ≤ {w.name} by omega); {commuted}"
        for low in (1, limit):
            product = f"Int.mul_le_mul (show {limit} ≤ {x} by omega) (show {low} ≤ {w.name} by omega) (by decide) (by omega)"
            yield f"false_or_by_contra; have := {product}; {commuted}"


def _values(goal: Goal, v: Hypothesis, limit: int) -> str:
    """v is one of the values below the limit, each then a case of its own."""
    h = fresh(names(goal), f"h{v.name}")[0]
    options = " ∨ ".join(f"{v.name} = {n}" for n in range(limit))
    return (
        f"have {h} : {options} := by omega\n"
        f"rcases {h} with {' | '.join(['rfl'] * limit)} <;> first | omega | (simp_all; done) | (simp_all; omega) | skip"
    )


def _all_at_once(goal: Goal, xs: list[Hypothesis], bounds: dict[str, int]) -> Iterator[Move]:
    """∀ x < B, ∀ y < B, hypotheses → goal by `decide +kernel`, applied to the variables."""
    about = [h for h in facts(goal) if any(mentions(h.type, v.name) for v in xs) and not _UPPER.fullmatch(h.type)]
    about.sort(key=lambda h: h.head != "Eq")  # the sharpest test first: most candidates are through after one
    others = {h.name for h in goal.hypotheses if h.kind == "data"} - {v.name for v in xs}
    said = [*(h.type for h in about), goal.target]
    if any(mentions(text, other) for text in said for other in others) or any(q in text for text in said for q in "∀∃"):
        return
    key = fresh(names(goal), "key")[0]
    inner = {v.name: f"(({v.name} : Nat) : Int)" for v in xs if v.type not in NATURAL}
    # One conjunction: with a premise after the other, Lean's search for a decision procedure gives up.
    premise = " ∧ ".join(f"({replaced(h.type, inner)})" for h in about) or "True"
    quantified = "".join(f"∀ {v.name} : Nat, {v.name} < {bounds[v.name]} → " for v in xs)
    lines = [f"have {key} : {quantified}{premise} → ({replaced(goal.target, inner)}) := by decide +kernel"]
    arguments = [f"{v.name} (by omega)" if v.type in NATURAL else f"{v.name}.toNat (by omega)" for v in xs]
    lines.append(f"have {key} := {key} {' '.join(arguments)}")
    if inner:
        casts = ", ".join(f"Int.toNat_of_nonneg (show 0 ≤ {x} by omega)" for x in inner)
        lines.append(f"simp only [{casts}] at {key}")
    given = ", ".join(h.name for h in about)
    lines.append(f"exact {key} {f'⟨{given}⟩' if len(about) > 1 else given or 'trivial'}")
    size = prod(bounds[v.name] for v in xs)
    yield Move("\n".join(lines), 25.0 if size <= 1000 else 12.0)


def _by_division(goal: Goal, xs: list[Hypothesis]) -> Iterator[Move]:
    """x * y = c leaves y = c / x: one variable to go through."""
    for h in facts(goal):
        product = re.fullmatch(r"([^\W\d][\w'₀-₉]*) \* ([^\W\d][\w'₀-₉]*) = (\d{1,4})", h.type)
        if product is None or len(xs) != 2 or any(v.type not in NATURAL for v in xs):
            continue
        x, y, c = product.group(1), product.group(2), int(product.group(3))
        about = [f for f in facts(goal) if any(mentions(f.type, v.name) for v in xs) and not re.search("[∀∃]", f.type)]
        if c == 0 or {x, y} != {v.name for v in xs}:
            continue
        key, hx, hy, quotient = fresh(names(goal), "key", "hpos", "hpos", "hquot")
        by = {y: f"({c} / {x})"}
        premise = " ∧ ".join(f"({replaced(f.type, by)})" for f in about)
        given = ", ".join(f.name for f in about)
        zero = f"Nat.pos_of_ne_zero (fun h0 => by simp [h0] at {h.name})"
        yield Move(
            f"have {hx} : 0 < {x} := {zero}\nhave {hy} : 0 < {y} := {zero}\n"
            f"have {quotient} : {c} / {x} = {y} := by rw [← {h.name}]; exact Nat.mul_div_cancel_left {y} {hx}\n"
            f"have {key} : ∀ {x} : Nat, {x} < {c + 1} → {premise} → ({replaced(goal.target, by)}) := by decide +kernel\n"
            f"have {key} := {key} {x} (by have := Nat.le_mul_of_pos_right {x} {hy}; omega)\n"
            f"rw [{quotient}] at {key}\nexact {key} {f'⟨{given}⟩' if len(about) > 1 else given}",
            14,
        )


def bounded_exponents(context: Context) -> Iterator[Move]:
    """c ^ x in an equation with a number N: x is at most the logarithm."""
    goal = context.goal
    said = texts(goal)
    natural = {v.name for v in variables(goal, NATURAL)}
    powers = sorted({(int(c), x) for text in said for c, x in _LITERAL_POWER.findall(text) if x in natural and int(c) >= 2})
    largest = max((n for text in said for n in numerals(text)), default=0)
    bounds = _known_bounds(goal)
    if not powers or largest < 2 or len(powers) > 3 or all(x in bounds for _, x in powers):
        return
    lines = []
    for c, x in powers:
        limit = 1
        while c**limit <= largest:
            limit += 1
        h = fresh(names(goal), f"h{x}b")[0]
        body = [f"have := Nat.pow_le_pow_right (show 0 < {c} by decide) (show {limit} ≤ {x} by omega)"]
        for d, y in powers:
            if y != x:
                positive = f"(Nat.pow_pos (n := {y}) (show 0 < {d} by decide))"
                body += [f"have := Nat.le_mul_of_pos_right ({c} ^ {x}) {positive}", f"have := Nat.le_mul_of_pos_left ({c} ^ {x}) {positive}"]
        proof = "\n  ".join(["false_or_by_contra", *body, "omega"])
        lines.append(f"have {h} : {x} < {limit} := by\n  {proof}")
    yield Move("\n".join(lines), 12)
