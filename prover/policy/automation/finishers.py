"""Tactics that end a goal or fail: decision procedures and simplifiers, cheapest and likeliest first."""

import re
from collections.abc import Iterator

from prover.policy.automation.moves import GRIND, Context, Move
from prover.policy.automation.text import (
    NATURAL,
    NUMERIC,
    RATIONAL,
    facts,
    numerals,
    variables,
)

ARITHMETIC_HEADS = frozenset({"Eq", "Ne", "LE.le", "LT.lt", "GE.ge", "GT.gt", "Dvd.dvd", "And", "Or", "Not", "False", "Iff", "→"})


def finishers(context: Context) -> Iterator[Move]:
    goal = context.goal
    arithmetic = goal.carrier in NUMERIC or any(h.carrier in NUMERIC for h in goal.hypotheses)
    closed = not any(h.kind != "instance" for h in goal.hypotheses) and "∀" not in goal.target and "∃" not in goal.target
    if closed:
        yield Move("decide", 60)
        yield Move("decide +kernel", 50)
        yield Move("rfl", 20)
    if arithmetic and goal.carrier not in RATIONAL:
        yield Move("omega", 60 if goal.head in ARITHMETIC_HEADS else 20)
    yield Move(GRIND, 12 if _awaits_induction(context) else 50)
    yield Move("solve | simp_all", 25 if not closed else 5)
    yield Move("simp_all", 6)
    if context.mathlib:
        yield from mathlib_finishers(context)
    if goal.head in ("Eq", "Iff", "LE.le", "LT.lt", "And"):
        yield Move("rfl", 4)
    if not closed and not variables(goal) and numerals(goal.target):
        yield Move("decide +kernel", 6)
    if arithmetic and facts(goal):
        yield Move("simp_all <;> omega", 9)
    if " ^ " in goal.pp:
        natural = any(n in goal.pp for n in NATURAL)
        yield Move("simp_all [Nat.pow_succ, Nat.mul_comm] <;> omega" if natural else "simp_all [Int.pow_succ] <;> omega", 6)
    for h in facts(goal):
        if h.head == "Eq" and not variables(goal) and numerals(h.type):
            yield Move(f"rw [{h.name}]; decide +kernel", 3)


def _awaits_induction(context: Context) -> bool:
    """A recurrence and a variable index, and no induction yet: the general tactic would unroll the recurrence until it gives up."""
    goal = context.goal
    recurrence = any(h.head == "∀" and re.search(r"\+ [1-9]\)|- [1-9]\)", h.type) for h in facts(goal))
    return recurrence and not any(h.name.startswith("ih") for h in facts(goal)) and any(v.type in NATURAL for v in variables(goal))


def definitions(context: Context) -> Iterator[Move]:
    """Unfolding what the header defines, and the induction that a recursive definition brings with it."""
    goal = context.goal
    defined = re.findall(r"(?m)^\s*(?:@\[[^\]]*\]\s*)?def ([^\W\d][\w.'!?]*)", context.statement.header)
    used = [f for f in defined if re.search(rf"(?<![\w.]){re.escape(f)}(?![\w.])", goal.pp)]
    if not used:
        return
    all_of_them = ", ".join(defined)
    yield Move(f"simp_all [{all_of_them}]", 20)
    yield Move(f"grind -verbose [{all_of_them}]", 18)
    yield Move(f"simp [{all_of_them}]", 8)
    yield Move(f"simp_all [{all_of_them}] <;> omega", 8)
    for f in used:
        yield Move(f"unfold {f}", 4)
        arguments = r"((?: (?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\]|[\w'₀-₉]+))+)"
        for call in dict.fromkeys(re.findall(rf"(?<![\w.]){re.escape(f)}{arguments}", goal.target)):
            yield Move(f"fun_induction {f}{call} <;> simp_all <;> omega", 14)
            yield Move(f"fun_induction {f}{call} <;> grind -verbose [{all_of_them}]", 14)
            yield Move(f"fun_induction {f}{call}", 10)


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
