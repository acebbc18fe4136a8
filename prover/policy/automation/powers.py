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
    names,
    texts,
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
