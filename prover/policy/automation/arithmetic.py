"""Moves for arithmetic on ℕ, ℤ and ℚ: residues, powers, bounds and finite enumeration, products, squares."""

import itertools
import re
from collections.abc import Iterator

from prover.policy.automation.moves import Context, Move
from prover.policy.automation.structure import names
from prover.policy.automation.text import (
    INTEGER,
    INTEGRAL,
    NATURAL,
    RATIONAL,
    facts,
    fresh,
    mentions,
    moduli,
    numerals,
    powers_of_literals,
    subterms_power_or_product,
    variables,
)
from prover.proof.state import Goal, Hypothesis

MOST_CASES = 64
"""Largest case split that one tactic makes."""


def residues(context: Context) -> Iterator[Move]:
    """x % m = 0 ∨ … ∨ x % m = m - 1, then simplification with each: what a person does with x² mod 3."""
    goal = context.goal
    texts = _texts(goal)
    wanted = sorted({m for text in texts for m in moduli(text) if m <= MOST_CASES})
    nonlinear = any("^" in text or re.search(r"[\w)] \* [\w(]", text) for text in texts)
    for m in wanted:
        xs = [v for v in variables(goal, INTEGRAL) if any(mentions(text, v.name) for text in texts if "%" in text or "∣" in text)]
        for count in range(1, min(len(xs), 3) + 1):
            for chosen in itertools.combinations(xs, count):
                if m**count <= MOST_CASES:
                    weight = (14.0 if nonlinear else 4.0) / (1 if count == len(xs) else 3)
                    for closing, factor in _after_residues(goal, chosen):
                        yield Move(_residue_split(goal, chosen, m) + closing, weight * factor)


def _residue_split(goal: Goal, xs: tuple[Hypothesis, ...], m: int) -> str:
    lines, heads = [], []
    for x, name in zip(xs, fresh(names(goal), *(f"h{x.name}" for x in xs)), strict=True):
        options = " ∨ ".join(f"{x.name} % {m} = {r}" for r in range(m))
        lines.append(f"have {name} : {options} := by omega")
        heads.append(f"rcases {name} with {' | '.join([name] * m)}")
    return "\n".join(lines) + "\n" + " <;> ".join(heads)


def _after_residues(goal: Goal, xs: tuple[Hypothesis, ...]) -> list[tuple[str, float]]:
    hs = ", ".join(fresh(names(goal), *(f"h{x.name}" for x in xs)))
    if any(x.type in INTEGER for x in xs):
        lemmas = "Int.pow_succ, Int.mul_emod, Int.add_emod, Int.sub_emod, Int.dvd_iff_emod_eq_zero"
    else:
        lemmas = "Nat.pow_succ, Nat.mul_mod, Nat.add_mod, Nat.dvd_iff_mod_eq_zero"
    return [(f" <;> simp [{lemmas}, {hs}]", 1.0), (f" <;> simp_all [{lemmas}] <;> omega", 0.6), (" <;> grind", 0.3)]


def _texts(goal: Goal) -> list[str]:
    return [goal.target, *(h.type for h in facts(goal))]


def power_residues(context: Context) -> Iterator[Move]:
    """c ^ n mod m runs through a cycle: states it for every n, with n's own residue, and proves it by induction."""
    goal = context.goal
    texts = _texts(goal)
    for m in sorted({m for text in texts for m in moduli(text)}):
        for base, exponent in sorted({p for text in texts for p in powers_of_literals(text)}):
            orbit, start = _orbit(base, m)
            if start or len(orbit) > 24 or not any(v.name == exponent for v in variables(goal, NATURAL)):
                if len(orbit) + start <= 24 and any(v.name == exponent for v in variables(goal, NATURAL)):
                    yield Move(_power_values(goal, base, m, exponent, sorted({pow(base, k, m) for k in range(start + len(orbit))})), 8)
                continue
            yield Move(_power_cycle(goal, base, m, exponent, orbit), 14)


def _orbit(base: int, m: int) -> tuple[list[int], int]:
    """Residues of base^k mod m: the cycle, and how many come before it."""
    seen: dict[int, int] = {}
    value, k = 1 % m, 0
    while value not in seen and k < 64:
        seen[value] = k
        value, k = value * base % m, k + 1
    start = seen.get(value, 64)
    return [r for r, at in seen.items() if at >= start], start


def _power_cycle(goal: Goal, base: int, m: int, n: str, orbit: list[int]) -> str:
    name, k, ih = fresh(names(goal), "hcycle", "k", "ih")
    period = len(orbit)
    body = " ∨ ".join(f"{k} % {period} = {r} ∧ {base} ^ {k} % {m} = {value}" for r, value in enumerate(orbit))
    return (
        f"have {name} : ∀ {k} : Nat, {body} := by\n  intro {k}\n  induction {k} with\n  | zero => simp\n"
        f"  | succ {k} {ih} => rw [Nat.pow_succ]; omega\nhave {name} := {name} {n}"
    )


def _power_values(goal: Goal, base: int, m: int, n: str, values: list[int]) -> str:
    name, k, ih = fresh(names(goal), "hvalues", "k", "ih")
    body = " ∨ ".join(f"{base} ^ {k} % {m} = {value}" for value in values)
    return (
        f"have {name} : ∀ {k} : Nat, {body} := by\n  intro {k}\n  induction {k} with\n  | zero => simp\n"
        f"  | succ {k} {ih} => rw [Nat.pow_succ]; omega\nhave {name} := {name} {n}"
    )


def unfold_powers(context: Context) -> Iterator[Move]:
    """x ^ 2 as x * x, c ^ (n + 1) as c ^ n * c: what the linear procedures need to see."""
    goal = context.goal
    texts = _texts(goal)
    if not any("^" in text for text in texts):
        return
    integer = any(h.type in INTEGER for h in goal.hypotheses) or goal.carrier in INTEGER
    rational = goal.carrier in RATIONAL or any(h.carrier in RATIONAL for h in goal.hypotheses)
    lemmas = ["Nat.pow_succ"] + (["Int.pow_succ"] if integer else []) + (["Rat.pow_succ"] if rational else [])
    joined = ", ".join(lemmas)
    yield Move(f"simp only [{joined}, Nat.pow_zero] at *", 8)
    yield Move(f"simp [{joined}] at * <;> omega", 6)
    yield Move(f"simp only [{joined}, Nat.mul_add, Nat.add_mul] at * <;> omega", 4)
    yield Move(f"rw [{lemmas[-1]}]", 5)
    if any(re.search(r"\^ \(", text) for text in texts):
        yield Move("rw [Nat.pow_succ]", 5)
        yield Move("simp only [Nat.pow_add, Nat.pow_mul, Nat.pow_succ] at * <;> omega", 4)


def divisibility(context: Context) -> Iterator[Move]:
    goal = context.goal
    if goal.head == "Dvd.dvd":
        if goal.carrier in NATURAL:
            yield Move("apply Nat.dvd_of_mod_eq_zero", 10)
        elif goal.carrier in INTEGER:
            yield Move("apply Int.dvd_of_emod_eq_zero", 10)
        yield Move("refine Dvd.intro _ ?_", 1)
    for h in facts(goal):
        if h.head == "Dvd.dvd":
            k, e = fresh(names(goal), "k", "hk")
            yield Move(f"obtain ⟨{k}, {e}⟩ := {h.name}", 10)
    if "gcd" in goal.target or any("gcd" in h.type for h in facts(goal)):
        yield Move("simp [Nat.gcd_comm, Nat.gcd_rec, Nat.gcd_succ]", 3)
        yield from _gcds(goal)


def _gcds(goal: Goal) -> Iterator[Move]:
    for a, b in re.findall(r"gcd (\([^()]*\)|[\w'₀-₉]+) (\([^()]*\)|[\w'₀-₉]+)", goal.pp)[:3]:
        new, other = fresh(names(goal), "hgl", "hgr")
        yield Move(f"have {new} := Nat.gcd_dvd_left {a} {b}\nhave {other} := Nat.gcd_dvd_right {a} {b}", 8)


def enumeration(context: Context) -> Iterator[Move]:
    """Finitely many candidates: a bound that arithmetic finds, then every value, or all pairs at once in the kernel."""
    goal = context.goal
    texts = _texts(goal)
    xs = [v for v in variables(goal, INTEGRAL) if any(mentions(text, v.name) for text in texts)]
    literals = sorted({n for text in texts for n in numerals(text) if n <= 100_000})
    if not xs or not literals or len(xs) > 4:
        return
    largest = literals[-1]
    products = subterms_power_or_product(" ".join(texts))
    for v in xs:
        for bound in dict.fromkeys(n for n in (*literals, _root(largest), largest) if n <= MOST_CASES):
            yield Move(_values(goal, v, bound), 5.0 if bound == largest or v.type in NATURAL else 2.5)
    if all(v.type in NATURAL for v in xs):
        yield from _all_at_once(goal, xs, literals, products)


def _root(n: int) -> int:
    return int(n**0.5) + 1


def _values(goal: Goal, v: Hypothesis, bound: int) -> str:
    """v is one of the values up to the bound, each then a case of its own."""
    h = fresh(names(goal), f"h{v.name}")[0]
    low = 0 if v.type in NATURAL else -bound
    options = " ∨ ".join(f"{v.name} = {n}" for n in range(low, bound + 1)[: 2 * MOST_CASES])
    patterns = " | ".join(["rfl"] * min(bound + 1 - low, 2 * MOST_CASES))
    return f"have {h} : {options} := by first | omega | grind\nrcases {h} with {patterns} <;> first | omega | (simp_all; done) | (simp_all; omega) | skip"


def _all_at_once(goal: Goal, xs: list[Hypothesis], literals: list[int], products: list[tuple[str, str]]) -> Iterator[Move]:
    """∀ x < B, ∀ y < B, hypotheses → goal by `decide +kernel`, applied to the variables."""
    about = [h for h in facts(goal) if any(mentions(h.type, v.name) for v in xs) and h.head not in ("∀", "Exists")]
    dependent = {h.name for h in goal.hypotheses if h.kind == "data"} - {v.name for v in xs}
    if any(mentions(h.type, d) for h in about for d in dependent) or any(mentions(goal.target, d) for d in dependent):
        return
    premise = " → ".join([f"({h.type})" for h in about] + [f"({goal.target})"])
    key = fresh(names(goal), "key")[0]
    for bound in sorted({n + 1 for n in literals if n >= 2} | {_root(n) + 1 for n in literals if n >= 9}):
        if bound ** len(xs) > 40_000:
            continue
        quantified = "".join(f"∀ {v.name} < {bound}, " for v in xs)
        bounds = [f"(show {v.name} < {bound} by {_bound_proof(v, xs)})" for v in xs]
        arguments = " ".join(f"{v.name} {proof}" for v, proof in zip(xs, bounds, strict=True))
        yield Move(f"have {key} : {quantified}{premise} := by decide +kernel\nexact {key} {arguments} {' '.join(h.name for h in about)}", 4.0)


def _bound_proof(v: Hypothesis, xs: list[Hypothesis]) -> str:
    helpers = [f"have := Nat.le_mul_of_pos_right {v.name} (show 0 < {w.name} by omega)" for w in xs if w.name != v.name]
    square = f"have := Nat.le_self_pow (show 2 ≠ 0 by decide) {v.name}"
    attempts = ["omega", f"({square}; omega)", *(f"({helper}; omega)" for helper in helpers), f"(false_or_by_contra; have : {v.name} * {v.name} ≥ 0 := Nat.zero_le _; grind)"]
    return "first | " + " | ".join(attempts)


def products(context: Context) -> Iterator[Move]:
    """Facts about products that linear arithmetic cannot find: signs, growth, squares."""
    goal = context.goal
    text = " ".join(_texts(goal))
    kinds = {v.name: v.type for v in goal.hypotheses}
    h = fresh(names(goal), "hm")[0]
    for a, b in subterms_power_or_product(text)[:4]:
        if kinds.get(a) in NATURAL and kinds.get(b) in NATURAL:
            yield Move(f"have {h} := Nat.le_mul_of_pos_right {a} (show 0 < {b} by omega)", 3)
            yield Move(f"have {h} := Nat.mul_comm {a} {b}", 1)
        elif kinds.get(a) in INTEGER and kinds.get(b) in INTEGER:
            yield Move(f"have {h} := Int.mul_nonneg (show 0 ≤ {a} by omega) (show 0 ≤ {b} by omega)", 3)
    if goal.head in ("LE.le", "LT.lt", "GE.ge", "GT.gt") and goal.carrier in INTEGER | RATIONAL:
        yield from _squares(goal)


def _squares(goal: Goal) -> Iterator[Move]:
    xs = [v.name for v in variables(goal, INTEGER | RATIONAL) if mentions(goal.target, v.name)][:4]
    pairs = [f"({a} - {b})" for a, b in itertools.combinations(xs, 2)] or [f"({x} - 1)" for x in xs]
    squares = [f"have := Lean.Grind.OrderedRing.sq_nonneg (a := {p})" for p in pairs]
    if squares:
        yield Move("\n".join([*squares, "grind"]), 14)
        own = [f"have := Lean.Grind.OrderedRing.sq_nonneg (a := {x})" for x in xs]
        yield Move("\n".join([*squares, *own, "grind"]), 6)


def big_numbers(context: Context) -> Iterator[Move]:
    """Closed computations that are too large for `decide`'s own evaluator but not for the kernel's."""
    goal = context.goal
    if not variables(goal) and numerals(goal.target):
        yield Move("decide +kernel", 30)
    for h in facts(goal):
        if h.head == "Eq" and not variables(goal):
            yield Move(f"rw [{h.name}]; decide +kernel", 3)
