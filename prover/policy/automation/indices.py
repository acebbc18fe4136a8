"""Moves for functions of two natural indices and for integers: inductions in both directions, and what such tables usually satisfy.

A table A (m + 1) (n + 1) = … is proved over m with n free, each case by cases or a second induction on n. An integer is k or -k, and both are
inductions over k. Whole proofs in one tactic; a failure costs two to four `grind`s.
"""

import re
from collections.abc import Iterator

from prover.policy.automation.moves import GRIND, Context, Move
from prover.policy.automation.text import INTEGER, NATURAL, arguments, facts, fresh, mentions, names, numerals, replaced, variables
from prover.proof.state import Goal

_TABLE = re.compile(r"(?:Nat|ℕ) → (?:Nat|ℕ) → (?:Nat|ℕ|Int|ℤ)")
_ROWS = ("{n}", "{n} + 1", "{n} + 2", "2 * {n}", "2 * {n} + 1", "1")


def tables(context: Context) -> Iterator[Move]:
    goal = context.goal
    table = next((v.name for v in goal.hypotheses if v.kind == "data" and v.accessible and _TABLE.fullmatch(v.type)), None)
    if table is None or any(h.name.startswith("ih") for h in facts(goal)) or goal.head in ("∀", "→", "Exists"):
        return
    indices = [v.name for v in variables(goal, NATURAL) if mentions(goal.target, v.name)]
    for m, n in ((a, b) for a in indices[:3] for b in indices[:3] if a != b):
        yield Move(_both(m, n), 22)
    if any(h.name.startswith("htab") for h in facts(goal)) or not mentions(goal.target, table):
        return
    lemma, i, j = fresh(names(goal), "htab", "i", "j")
    finish = f"first | (induction {indices[0]} <;> {GRIND}) | skip" if indices else "skip"
    for statement in (f"{i} < {j} → {table} {i} {j} = 0", f"{j} < {table} {i} {j}"):
        yield Move(f"have {lemma} : ∀ {i} {j}, {statement} := by\n  intro {i} {j}\n  {_both(i, j).replace(chr(10), chr(10) + '  ')}\n{finish}", 9)
    for c in sorted({n - 1 for n in numerals(goal.target) if 2 <= n <= 3}):
        for call in (f"{table} {i} {c}", f"{table} {c} {i}"):
            options = "\n".join(f"| have {lemma} : ∀ {i}, {call} = {row.format(n=i)} := by intro {i}; induction {i} <;> {GRIND}" for row in _ROWS)
            yield Move(f"first\n{options}\n{finish}", 9)


def _both(m: str, n: str) -> str:
    case = f"first | {GRIND} | (cases {n} <;> {GRIND}) | (induction {n} <;> {GRIND})"
    return f"induction {m} generalizing {n} with\n| zero => {case}\n| succ {m} ih => {case}"


def integers(context: Context) -> Iterator[Move]:
    """n = k or n = -k; hypotheses with two arguments are used at (k, 1) and (-(k + 1), 1), with one at k, -k and -(k + 1)."""
    goal = context.goal
    universal = [h for h in facts(goal) if h.head == "∀" and not h.name.startswith("ih")]
    if goal.head in ("∀", "→", "Exists") or not universal:
        return
    for n in (v.name for v in variables(goal, INTEGER) if mentions(goal.target, v.name)):
        if any(mentions(h.type, n) for h in facts(goal)):
            continue
        k, up, down = fresh(names(goal), "k", "hup", "hdown")
        plus, minus = f"({k} : Int)", f"(-({k} : Int))"
        lines = _instances(goal, ("0", "0"))
        for lemma, value, at in ((up, plus, [(plus, "1")]), (down, minus, [(f"(-(({k} : Int) + 1))", "1"), (minus, "(-1)")])):
            uses = "".join(f"    {line}\n" for pair in at for line in _instances(goal, pair))
            turn = f"rw [show -(({k} : Int) + 1) + 1 = -({k} : Int) by omega] at *"
            lines.append(
                f"have {lemma} : ∀ {k} : Nat, {replaced(goal.target, {n: value})} := by\n  intro {k}\n  induction {k} with\n"
                f"  | zero => first | {GRIND} | (simp at *; done) | (simp at *; omega)\n  | succ {k} ih =>\n{uses}"
                f"    first | {GRIND} | (simp at *; done) | (simp at *; omega) | ({turn}; {GRIND}) | "
                f"(simp only [Int.natCast_add, Int.neg_add] at *; {GRIND})"
            )
        lines.append(f"obtain ⟨{k}, rfl | rfl⟩ := Int.eq_nat_or_neg {n}\n· exact {up} {k}\n· exact {down} {k}")
        yield Move("\n".join(lines), 10)


def _instances(goal: Goal, values: tuple[str, str]) -> list[str]:
    lines = []
    for h in facts(goal):
        wanted = arguments(h.type) if h.head == "∀" and not h.name.startswith("ih") else []
        bound = [name for name, _ in wanted if name]
        if 1 <= len(bound) <= 2 and len(bound) == len(wanted):
            lines.append(f"have := {h.name} {' '.join(values[: len(bound)])}")
    return lines[:4]


def additive_steps(context: Context) -> Iterator[Move]:
    """f (m + n) against f m and f n, by induction with the hypothesis at (n, 1) and (n + 1, 1)."""
    goal = context.goal
    pairs = [
        h.name
        for h in facts(goal)
        if h.head == "∀" and len(wanted := arguments(h.type)) >= 2 and [bool(n) for n, _ in wanted] == [True, True] and " + " in h.type
    ]
    if not pairs or any(h.name.startswith("ih") for h in facts(goal)) or goal.head in ("∀", "→", "Exists"):
        return
    for n in (v.name for v in variables(goal, NATURAL) if mentions(goal.target, v.name)):
        uses = "".join(f"  have := {h} {at} 1\n" for h in pairs[:2] for at in (n, f"({n} + 1)"))
        base = "".join(f"  have := {h} 0 0\n" for h in pairs[:2])
        yield Move(
            f"induction {n} with\n| zero =>\n{base}  first | {GRIND} | (simp at *; done) | (simp at *; omega)\n"
            f"| succ {n} ih =>\n{uses}  first | {GRIND} | (simp only [Nat.add_mul, Nat.one_mul] at *; omega)",
            12,
        )
