"""Moves that unfold powers: x ^ 2 as x * x, c ^ (n + 1) as c ^ n * c, which is what the linear procedures need to see."""

import re
from collections.abc import Iterator

from prover.policy.automation.moves import GRIND, Context, Move
from prover.policy.automation.text import (
    INTEGER,
    NATURAL,
    RATIONAL,
    facts,
    fresh,
    mentions,
    names,
    texts,
    variables,
)


def unfold_powers(context: Context) -> Iterator[Move]:
    goal = context.goal
    said = texts(goal)
    if not any("^" in text for text in said):
        return
    carriers = {goal.carrier, *(h.carrier for h in facts(goal))}
    lemmas = [name for kinds, name in ((NATURAL, "Nat.pow_succ"), (INTEGER, "Int.pow_succ"), (RATIONAL, "Rat.pow_succ")) if carriers & kinds]
    if not lemmas:
        return
    joined = ", ".join(lemmas)
    yield Move(f"simp only [{joined}] at *", 6)
    yield Move(f"simp [{joined}] at * <;> omega", 6)
    if "Nat.pow_succ" in lemmas:
        yield Move(f"simp only [{joined}, Nat.pow_zero, Nat.mul_add, Nat.add_mul] at * <;> omega", 4)
        yield from _positive(context)
    if any(re.search(r"\^ \(", text) for text in said):
        yield Move(f"rw [{lemmas[-1]}]", 5)
        kind = lemmas[-1].partition(".")[0]
        if kind != "Rat":
            yield Move(f"simp only [{kind}.pow_add, {kind}.pow_mul, {kind}.pow_succ] at * <;> omega", 4)


def multiplied_bounds(context: Context) -> Iterator[Move]:
    """An induction hypothesis that bounds t ^ n, times t, for t ^ (n + 1); t is nonnegative by linear arithmetic."""
    goal = context.goal
    if goal.head != "LE.le" or goal.carrier not in NATURAL | INTEGER | RATIONAL:
        return
    field = "Nat" if goal.carrier in NATURAL else "Int" if goal.carrier in INTEGER else "Rat"
    for base in dict.fromkeys(re.findall(r"(\([^()]*\)|[\w'₀-₉]+) \^ \(\w+ \+ 1\)", goal.target)):
        for h in facts(goal):
            if h.name.startswith("ih") and h.head == "LE.le" and f"{base} ^" in h.type:
                times = (
                    f"Nat.mul_le_mul_left {base} {h.name}"
                    if field == "Nat"
                    else f"{field}.mul_le_mul_of_nonneg_left {h.name} (show 0 ≤ {base} by {GRIND})"
                )
                xs = [v.name for v in variables(goal, INTEGER | RATIONAL) if mentions(goal.target, v.name)][:2]
                casts = list(dict.fromkeys(re.findall(r"↑([\w'₀-₉]+)", goal.target)))[:1]
                squares = [f"have := Lean.Grind.OrderedRing.sq_nonneg (a := {x})" for x in xs]
                counted = [
                    f"have := {field}.mul_nonneg (show (0 : {goal.carrier}) ≤ ({n} : {goal.carrier}) by omega) "
                    f"(Lean.Grind.OrderedRing.sq_nonneg (a := {x}))"
                    for n in casts
                    for x in xs
                ]
                yield Move("\n".join([f"have := {times}", *squares, *counted, GRIND]), 14)
                yield Move("\n".join([f"have := {times}", *squares, GRIND]), 6)


def _positive(context: Context) -> Iterator[Move]:
    """c ^ n is positive, and above n: what growth arguments start from."""
    goal = context.goal
    powers = sorted({p for text in texts(goal) for p in re.findall(r"(?<![\w.'₀-₉])(\d+) \^ ([^\W\d][\w'₀-₉]*)", text) if int(p[0][:9]) >= 2})
    if powers and goal.carrier in NATURAL:
        lines = []
        for (c, n), h in zip(powers[:3], fresh(names(goal), *(f"h{n}pos" for _, n in powers[:3])), strict=True):
            lines.append(f"have {h} := Nat.lt_pow_self (n := {n}) (show 1 < {c} by decide)")
        already = any("pos" in h.name for h in facts(goal))
        if not already:
            yield Move("\n".join([*lines, f"first | omega | {GRIND}"]), 5)
