"""Tactics that end a goal or fail: decision procedures and simplifiers, cheapest and likeliest first."""

from collections.abc import Iterator

from prover.policy.automation.moves import Context, Move
from prover.policy.automation.text import NATURAL, NUMERIC, RATIONAL, facts, powers_of_literals, variables

CLOSERS = ("omega", "grind", "simp_all", "simp", "decide", "rfl")
"""The single tactics that the project's data are graded against."""


def finishers(context: Context) -> Iterator[Move]:
    goal = context.goal
    text = goal.pp
    arithmetic = goal.carrier in NUMERIC or any(h.carrier in NUMERIC for h in goal.hypotheses)
    rational = any(name in text for name in RATIONAL)
    closed = not any(h.kind != "instance" for h in goal.hypotheses) and "∀" not in goal.target and "∃" not in goal.target
    if closed:
        yield Move("decide", 60)
        yield Move("decide +kernel", 50)
        yield Move("rfl", 20)
    if arithmetic and not rational:
        yield Move("omega", 60 if goal.head in ARITHMETIC_HEADS else 20)
    yield Move("grind", 50)
    yield Move("simp_all", 25)
    if context.mathlib:
        yield from mathlib_finishers(context)
    if goal.head in ("Eq", "Iff", "LE.le", "LT.lt", "And"):
        yield Move("rfl", 4)
    if not closed and any(c.isdigit() for c in goal.target) and not variables(goal):
        yield Move("decide", 6)
    if arithmetic and facts(goal):
        yield Move("simp_all <;> omega", 8)
        yield Move("simp at * <;> omega", 7)
    if powers_of_literals(text) or " ^ " in text:
        yield Move("simp_all [Nat.pow_succ, Nat.mul_comm] <;> omega" if any(n in text for n in NATURAL) else "simp_all [Int.pow_succ] <;> omega", 6)


ARITHMETIC_HEADS = frozenset({"Eq", "Ne", "LE.le", "LT.lt", "GE.ge", "GT.gt", "Dvd.dvd", "And", "Or", "Not", "False", "Iff", "→"})


def mathlib_finishers(context: Context) -> Iterator[Move]:
    """Only proposed where the header imports Mathlib; unknown to core Lean."""
    yield Move("norm_num", 40)
    yield Move("nlinarith", 25)
    yield Move("linarith", 25)
    yield Move("positivity", 12 if context.goal.head in ("LE.le", "LT.lt", "Ne", "GT.gt", "GE.ge") else 1)
    yield Move("ring", 20 if context.goal.head == "Eq" else 1)
    yield Move("field_simp", 6)
    yield Move("norm_num at *", 12)
    yield Move("push_cast at *", 4)
    yield Move("aesop", 8)
    squares = [f"sq_nonneg ({a} - {b})" for a, b in _pairs([h.name for h in variables(context.goal, frozenset({"ℝ", "ℚ", "ℤ"}))])]
    if squares:
        yield Move(f"nlinarith [{', '.join(squares[:4])}]", 20)


def _pairs(names: list[str]) -> list[tuple[str, str]]:
    return [(a, b) for i, a in enumerate(names) for b in names[i + 1 :]]
