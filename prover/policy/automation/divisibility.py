"""Moves for ∣ and gcd: witnesses by polynomial division, linear combinations, bounds of divisors."""

import re
from collections.abc import Iterator
from math import gcd

from prover.policy.automation.algebra import (
    Polynomial,
    add,
    divide,
    polynomial,
    show,
    substitute,
)
from prover.policy.automation.moves import Context, Move
from prover.policy.automation.text import (
    INTEGER,
    INTEGRAL,
    NATURAL,
    facts,
    fresh,
    mentions,
    names,
    relation,
    replaced,
    texts,
    variables,
)
from prover.proof.state import Goal

_GCD = re.compile(r"(\((?:[^()]|\([^()]*\))*\)|[\w'₀-₉]+)\.gcd (\((?:[^()]|\([^()]*\))*\)|[\w'₀-₉]+)|Nat\.gcd (\S+) (\([^()]*\)|\S+)")


def divisibility(context: Context) -> Iterator[Move]:
    goal = context.goal
    if goal.head == "Dvd.dvd":
        if goal.carrier in NATURAL:
            yield Move("apply Nat.dvd_of_mod_eq_zero", 10)
        elif goal.carrier in INTEGER:
            yield Move("apply Int.dvd_of_emod_eq_zero", 10)
        yield from _quotients(goal)
    for h in facts(goal):
        if h.head == "Dvd.dvd" and not h.type[:1].isdigit():
            k, e = fresh(names(goal), "k", "hk")
            yield Move(f"obtain ⟨{k}, {e}⟩ := {h.name}", 10)
            yield from _remainders(goal, h.name, h.type)


def _quotients(goal: Goal) -> Iterator[Move]:
    """The quotient by polynomial division, before or after an equation among the hypotheses is used."""
    divisor, _, dividend = goal.target.partition(" ∣ ")
    d, p = polynomial(divisor), polynomial(dividend)
    if not d or p is None:
        return
    for rewritten in (p, *_rewritten(goal, p)):
        quotient, remainder = divide(rewritten, d)
        if not remainder and quotient:
            yield Move(f"exact ⟨{show(quotient)}, by grind -verbose⟩", 40)
            return
    xs = sorted({atom for monomial in d for atom, _ in monomial})
    if 2 <= len(xs) <= 3 and not any("^" in atom for monomial in p for atom, _ in monomial):
        pairs = " + ".join(f"{a} * {b}" for a, b in _pairs(xs))
        squares = " + ".join(f"{x} ^ 2" for x in xs)
        for form in (f"{squares} - ({pairs})", f"{squares} + ({pairs})", pairs, squares):
            yield Move(f"exact ⟨{form}, by grind -verbose⟩", 8)


def _pairs(xs: list[str]) -> list[tuple[str, str]]:
    return [(a, b) for i, a in enumerate(xs) for b in xs[i + 1 :]]


def _rewritten(goal: Goal, dividend: Polynomial) -> Iterator[Polynomial]:
    for h in facts(goal):
        left, equals, right = h.type.partition(" = ")
        if h.head != "Eq" or not equals:
            continue
        p, q = polynomial(left), polynomial(right)
        if p is None or q is None:
            continue
        difference = add(p, q, -1)
        for monomial, c in difference.items():
            if len(monomial) == 1 and monomial[0][1] == 1 and abs(c) == 1:
                rest = {m: -c * k for m, k in difference.items() if m != monomial}
                yield substitute(dividend, monomial[0][0], rest)


def _remainders(goal: Goal, name: str, type_: str) -> Iterator[Move]:
    """d ∣ q * d + r gives d ∣ r, and d ≤ r."""
    divisor, _, dividend = type_.partition(" ∣ ")
    d, p = polynomial(divisor), polynomial(dividend)
    if d is None or p is None or not any(d):
        return
    quotient, remainder = divide(p, d)
    if quotient and set(remainder) == {()} and remainder[()] > 0:
        r = remainder[()]
        new, bound = fresh(names(goal), "hdvd", "hle")
        if re.fullmatch(r"[^\W\d][\w'₀-₉]*", divisor) and divisor in {v.name for v in variables(goal, NATURAL)}:
            rest = show(quotient)
            yield Move(
                f"have {new} : {divisor} ∣ {r} := (Nat.dvd_add_right (Nat.dvd_mul_left {divisor} ({rest}))).mp "
                f"((show {dividend} = ({rest}) * {divisor} + {r} by grind -verbose) ▸ {name})\n"
                f"have {bound} := Nat.le_of_dvd (by decide) {new}",
                20,
            )


def divisor_bounds(context: Context) -> Iterator[Move]:
    """x times something is a constant c: so x ∣ c, so |x| ≤ |c|; then every value in the kernel."""
    goal = context.goal
    for h in facts(goal):
        left, equals, right = h.type.partition(" = ")
        p, c = polynomial(left), polynomial(right)
        if h.head != "Eq" or not equals or p is None or c is None:
            continue
        whole = add(p, c, -1)
        constant = -whole.get((), 0)
        for x in variables(goal, INTEGER):
            cofactor, remainder = divide({m: k for m, k in whole.items() if m}, {((x.name, 1),): 1})
            if not remainder and cofactor and 0 < abs(constant) <= 3000:
                yield Move(_all_divisors(goal, x.name, show(cofactor), constant), 9)


def _all_divisors(goal: Goal, x: str, cofactor: str, constant: int) -> str:
    """The premise `k ∣ c` comes first, so that the kernel computes the rest for divisors only."""
    size = abs(constant)
    divides, key, k, sign = fresh(names(goal), "hdvd", "key", "k", "hs")
    about = [h for h in facts(goal) if mentions(h.type, x) and not re.search("[∀∃]", h.type)]
    halves = []
    for value in (f"(({k} : Nat) : Int)", f"(-(({k} : Nat) : Int))"):
        premise = " ∧ ".join(f"({replaced(h.type, {x: value})})" for h in about)
        halves.append(f"({premise} → ({replaced(goal.target, {x: value})}))")
    given = ", ".join(h.name for h in about)
    given = f"⟨{given}⟩" if len(about) > 1 else given
    return (
        f"have {divides} : {x} ∣ {constant} := ⟨{cofactor}, by grind -verbose⟩\n"
        f"have {divides} : {x}.natAbs ∣ {size} := by have := Int.natAbs_dvd_natAbs.mpr {divides}; simpa using this\n"
        f"have {key} : ∀ {k} : Nat, {k} < {size + 1} → {k} ∣ {size} → {halves[0]} ∧ {halves[1]} := by decide +kernel\n"
        f"have {key} := {key} {x}.natAbs (by have := Nat.le_of_dvd (by decide) {divides}; omega) {divides}\n"
        f"rcases Int.natAbs_eq {x} with {sign} | {sign}\n"
        f"· rw [← {sign}] at {key}; exact {key}.1 {given}\n· rw [← {sign}] at {key}; exact {key}.2 {given}"
    )


def common_divisors(context: Context) -> Iterator[Move]:
    """gcd (a n + b) (c n + d) divides every linear combination; the one without n is a number."""
    goal = context.goal
    said = " ; ".join(texts(goal))
    if "gcd" not in said:
        return
    for match in list(_GCD.findall(said))[:3]:
        a, b = (match[0] or match[2]), (match[1] or match[3])
        left, right = fresh(names(goal), "hgl", "hgr")
        lines = f"have {left} := Nat.gcd_dvd_left {a} {b}\nhave {right} := Nat.gcd_dvd_right {a} {b}"
        yield Move(lines, 6)
        p, q = polynomial(a), polynomial(b)
        if p is None or q is None:
            continue
        for x in variables(goal, NATURAL):
            s, t = p.get(((x.name, 1),), 0), q.get(((x.name, 1),), 0)
            s, t = s // max(gcd(s, t), 1), t // max(gcd(s, t), 1)
            combination = add({m: t * c for m, c in p.items()}, {m: s * c for m, c in q.items()}, -1)
            if s > 0 and t > 0 and set(combination) == {()}:
                yield from _combined(goal, (a, b), (s, t), combination[()], lines)
    if goal.head == "Eq" and re.search(r"gcd .* = 1$", goal.target):
        coprime = [h.name for h in facts(goal) if h.type.endswith(" = 1") and "gcd" in h.type]
        for h in coprime:
            yield Move(f"exact Nat.Coprime.mul_right {h} {h}", 5)
            yield Move(f"exact Nat.Coprime.mul_left {h} {h}", 5)
            yield Move(f"exact Nat.Coprime.pow_right _ {h}", 5)
        if len(coprime) >= 2:
            yield Move(f"exact Nat.Coprime.mul_right {coprime[0]} {coprime[1]}", 6)
            yield Move(f"exact Nat.Coprime.mul_left {coprime[0]} {coprime[1]}", 6)
        yield Move("refine Nat.Coprime.mul_right ?_ ?_", 4)
    yield Move("apply Nat.dvd_antisymm", 2)


def _combined(goal: Goal, terms: tuple[str, str], coefficients: tuple[int, int], constant: int, lines: str) -> Iterator[Move]:
    (a, b), (s, t) = terms, coefficients
    left, right, d, new = fresh(names(goal), "hgl", "hgr", "hgd", "hgc")
    first, second = f"Nat.dvd_mul_left_of_dvd {left} {t}", f"Nat.dvd_mul_left_of_dvd {right} {s}"
    high, low = (f"{t} * ({a})", f"{s} * ({b})") if constant > 0 else (f"{s} * ({b})", f"{t} * ({a})")
    order = (first, second) if constant > 0 else (second, first)
    yield Move(
        f"{lines}\ngeneralize Nat.gcd {a} {b} = {d} at *\n"
        f"have {new} := Nat.dvd_sub ({order[0]}) ({order[1]})\n"
        f"rw [show {high} - {low} = {abs(constant)} by omega] at {new}\n"
        f"have := Nat.le_of_dvd (by decide) {new}\nfirst | omega | simp_all | grind -verbose",
        40,
    )


def integral_equations(context: Context) -> Iterator[Move]:
    """An equation of naturals or integers that was stated of their images in a field."""
    goal = context.goal
    if goal.head == "Eq" and goal.carrier in INTEGRAL and any("↑" in h.type for h in facts(goal)):
        split = relation(goal.target)
        if split is None:
            return
        left, _, right = split
        for field in sorted({h.carrier for h in facts(goal) if "↑" in h.type and h.carrier not in INTEGRAL and h.carrier}):
            new = fresh(names(goal), "hcast")[0]
            sides = [f"(({side} : {goal.carrier}) : {field})" for side in (left, right)]
            yield Move(f"have {new} : {sides[0]} = {sides[1]} := by grind -verbose\nexact_mod_cast {new}", 25)
