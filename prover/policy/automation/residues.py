"""Moves for remainders: case splits by residue, what squares and cubes leave, the cycle of c ^ n mod m."""

import itertools
import math
import re
from collections.abc import Iterator

from prover.policy.automation.moves import Context, Move
from prover.policy.automation.text import (
    INTEGER,
    INTEGRAL,
    NATURAL,
    facts,
    fresh,
    mentions,
    moduli,
    names,
    numerals,
    texts,
    variables,
)
from prover.proof.state import Goal, Hypothesis

MOST_CASES = 36
"""Largest case split that one tactic makes."""

LONGEST_CYCLE = 42
_PRODUCT = re.compile(r"(?<![\w.'₀-₉^])([^\W\d][\w'₀-₉]*) \* \1(?![\w.'₀-₉])(?! \^)")
_POWER = re.compile(r"(?<![\w.'₀-₉^])([^\W\d][\w'₀-₉]*) \^ (\d)(?!\d)")
_LITERAL_POWER = re.compile(r"(?<![\w.'₀-₉])(\d{1,6}) \^ (\((?:[^()]|\([^()]*\))*\)|[^\W\d][\w'₀-₉]*)")


def residues(context: Context) -> Iterator[Move]:
    """x % m = 0 ∨ … ∨ x % m = m - 1, then simplification with each: what a person does with x² mod 3."""
    goal = context.goal
    said = texts(goal)
    nonlinear = any("^" in text or re.search(r"[\w)] \* [\w(]", text) for text in said)
    xs = [v for v in variables(goal, INTEGRAL) if any(mentions(text, v.name) for text in said if "%" in text or "∣" in text)]
    for m in sorted({m for text in said for m in moduli(text) if m <= MOST_CASES}):
        for count in range(1, min(len(xs), 3) + 1):
            for chosen in itertools.combinations(xs, count):
                if m**count <= MOST_CASES:
                    weight = (14.0 if nonlinear else 2.0) / (1 if count == len(xs) else 3)
                    yield Move(_residue_split(goal, chosen, m) + _after_residues(goal, chosen), weight)


def _residue_split(goal: Goal, xs: tuple[Hypothesis, ...], m: int) -> str:
    lines, heads = [], []
    for x, name in zip(xs, fresh(names(goal), *(f"h{x.name}" for x in xs)), strict=True):
        options = " ∨ ".join(f"{x.name} % {m} = {r}" for r in range(m))
        lines.append(f"have {name} : {options} := by omega")
        heads.append(f"rcases {name} with {' | '.join([name] * m)}")
    return "\n".join(lines) + "\n" + " <;> ".join(heads)


def _lemmas(integer: bool) -> str:
    if integer:
        return "Int.pow_succ, Int.mul_emod, Int.add_emod, Int.sub_emod, Int.dvd_iff_emod_eq_zero"
    return "Nat.pow_succ, Nat.mul_mod, Nat.add_mod, Nat.dvd_iff_mod_eq_zero"


def _after_residues(goal: Goal, xs: tuple[Hypothesis, ...]) -> str:
    hs = ", ".join(fresh(names(goal), *(f"h{x.name}" for x in xs)))
    lemmas = _lemmas(any(x.type in INTEGER for x in xs))
    return f" <;> first | omega | (simp [{lemmas}, {hs}]; done) | (simp_all [{lemmas}]; done) | (simp_all [{lemmas}]; omega)"


def known_residues(context: Context) -> Iterator[Move]:
    """Simplification with the remainders that the hypotheses give: (x + 1) ^ 2 % 19 from x % 19 = 4."""
    goal = context.goal
    given = [h.name for h in facts(goal) if h.head == "Eq" and re.match(r"[^\W\d][\w'₀-₉]* % \d+ = ", h.type)]
    if given and ("%" in goal.target or "∣" in goal.target):
        lemmas = _lemmas(goal.carrier in INTEGER)
        yield Move(f"simp [{lemmas}, {', '.join(given)}]", 12)


def monomial_residues(context: Context) -> Iterator[Move]:
    """What the squares and cubes in sight leave mod m, as disjunctions; the rest is linear."""
    goal = context.goal
    said = texts(goal)
    joined = " , ".join(said)
    kinds = {v.name: v.type for v in variables(goal, INTEGRAL)}
    monomials = {f"{x} * {x}": (x, 2) for x in _PRODUCT.findall(joined)} | {f"{x} ^ {k}": (x, int(k)) for x, k in _POWER.findall(joined)}
    monomials = {text: (x, k) for text, (x, k) in monomials.items() if x in kinds and k >= 2}
    if not 0 < len(monomials) <= 5:
        return
    written = sorted({m for text in said for m in moduli(text) if m <= 25})
    coefficients = sorted({n for text in said for n in numerals(text) if 3 <= n <= 16})
    degrees = {k for _, k in monomials.values()}
    usual = [m for m in ((4, 3, 8, 5) if degrees <= {2, 4} else (9, 7)) if m not in written + coefficients]
    parity = any(f"{x} %" in joined or "∣" in joined for x, _ in monomials.values())
    ranked = [(m, 14.0) for m in written] + [(m, 8.0) for m in coefficients if m not in written] + [(m, 2.0) for m in usual]
    for m, weight in ranked[:7]:
        if not parity or m ** len(monomials) > 512:
            yield Move(f"{_tables(goal, monomials, kinds, m, linked=False)}\n{_linear(goal)}", weight)
        else:
            yield Move(f"{_tables(goal, monomials, kinds, m, linked=True)}\n{_linear(goal)}", weight)


def _linear(goal: Goal) -> str:
    """Linear arithmetic, with literal powers as unknowns (it would look into them)."""
    powers = sorted({f"{base} ^ {exponent}" for text in texts(goal) for base, exponent in _LITERAL_POWER.findall(text)})
    hidden = "; ".join(f"generalize {power} = t{k} at *" for k, power in enumerate(powers))
    return f"first | omega | ({hidden}; omega)" if powers else "omega"


def _tables(goal: Goal, monomials: dict[str, tuple[str, int]], kinds: dict[str, str], m: int, *, linked: bool) -> str:
    """``linked`` ties each monomial's remainder to its variable's."""
    lines = []
    for text, (x, k) in monomials.items():
        outcome, split = fresh(names(goal), f"hm{x}", f"hr{x}")
        if linked:
            body = " ∨ ".join(f"{x} % {m} = {r} ∧ {text} % {m} = {r**k % m}" for r in range(m))
        else:
            body = " ∨ ".join(f"{text} % {m} = {value}" for value in sorted({r**k % m for r in range(m)}))
        residue = " ∨ ".join(f"{x} % {m} = {r}" for r in range(m))
        lines.append(
            f"have {outcome} : {body} := by\n  have {split} : {residue} := by omega\n"
            f"  rcases {split} with {' | '.join([split] * m)} <;> simp [{_lemmas(kinds[x] in INTEGER)}, {split}]"
        )
    return "\n".join(lines)


def power_residues(context: Context) -> Iterator[Move]:
    """c ^ n mod m runs through a cycle: states it for every n, with n's own residue, and proves it by induction."""
    goal = context.goal
    said = texts(goal)
    natural = {v.name for v in variables(goal, NATURAL)}
    if any(h.name.startswith("hcycle") for h in facts(goal)):
        return
    powers = {
        (int(base), exponent.removeprefix("(").removesuffix(")"))
        for text in said
        for base, exponent in _LITERAL_POWER.findall(text)
        if natural & set(re.findall(r"[^\W\d][\w'₀-₉]*", exponent))
    }
    for m in sorted({m for text in said for m in moduli(text)}):
        for base, exponent in sorted(powers):
            orbit, start = _orbit(base, m)
            if len(orbit) + start <= LONGEST_CYCLE:
                cycle = _power_cycle(goal, base, m, exponent, orbit, start)
                term = f"({exponent})" if " " in exponent else exponent
                yield Move(f"{cycle}\nhave := Nat.pow_pos (n := {term}) (show 0 < {base} by decide)\n{_linear(goal)}", 20)
                yield Move(cycle, 9)
                yield from _given_exponent(goal, exponent, math.lcm(len(orbit), m))


def _orbit(base: int, m: int) -> tuple[list[int], int]:
    """Residues of base^k mod m, and where the cycle among them begins."""
    seen: dict[int, int] = {}
    value, k = 1 % m, 0
    while value not in seen and k <= LONGEST_CYCLE:
        seen[value] = k
        value, k = value * base % m, k + 1
    return list(seen), seen.get(value, LONGEST_CYCLE)


def _power_cycle(goal: Goal, base: int, m: int, exponent: str, orbit: list[int], start: int) -> str:
    """Each case of the induction names the case that it becomes: no disjunction is left for arithmetic to sort out."""
    name, k, index, value = fresh(names(goal), "hcycle", "k", "hk", "hv")
    period = len(orbit) - start
    cases = [
        f"{k} = {at} ∧ {base} ^ {k} % {m} = {r}"
        if at < start
        else f"{f'{start} ≤ {k} ∧ ' if start else ''}{k} % {period} = {at % period} ∧ {base} ^ {k} % {m} = {r}"
        for at, r in enumerate(orbit)
    ]
    steps = []
    for at in range(len(orbit)):
        to = at + 1 if at + 1 < len(orbit) else start
        choose = "right; " * to + ("left; " if to + 1 < len(orbit) else "")
        parts = f"{'⟨by omega, ' if start and to >= start else '⟨'}by omega, by simp [Nat.pow_succ, Nat.mul_mod, {value}]⟩"
        pattern = f"⟨_, {index}, {value}⟩" if start and at >= start else f"⟨{index}, {value}⟩"
        steps.append(f"    · obtain {pattern} := ih; {choose}exact {parts}")
    split = f"    rcases ih with {' | '.join(['ih'] * len(orbit))}\n" if len(orbit) > 1 else ""
    first = "left; " if len(orbit) > 1 else ""
    return (
        f"have {name} : ∀ {k} : Nat, {' ∨ '.join(cases)} := by\n  intro {k}\n  induction {k} with\n"
        f"  | zero => {first}decide\n  | succ {k} ih =>\n{split}" + "\n".join(steps) + f"\nhave {name} := {name} ({exponent})"
    )


def _given_exponent(goal: Goal, exponent: str, m: int) -> Iterator[Move]:
    """The exponent is a large number: its residue is all that matters."""
    for h in facts(goal):
        left, _, right = h.type.partition(" = ")
        if h.head == "Eq" and left == exponent and re.fullmatch(r"[\d +*^]+", right) and "^" in right:
            r, p = fresh(names(goal), f"h{exponent}m", f"h{exponent}p")
            value = sum(math.prod(_power(factor, m) for factor in term.split(" * ")) for term in right.split(" + ")) % m
            yield Move(
                f"have {r} : {exponent} % {m} = {value} := by rw [{h.name}]; decide +kernel\n"
                f"have {p} : 64 < {exponent} := by rw [{h.name}]; decide +kernel\nclear {h.name}",
                30,
            )


def _power(text: str, m: int) -> int:
    base, _, exponent = text.partition(" ^ ")
    return pow(int(base), int(exponent or 1), m)
