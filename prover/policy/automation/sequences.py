"""Moves for sequences given by a recurrence: closed forms and growth of the simplest, stated for every index and proved by induction."""

import re
from collections.abc import Iterator

from prover.policy.automation.moves import CLOSE, GRIND, Context, Move
from prover.policy.automation.text import facts, fresh, names, variables
from prover.proof.state import Goal

_STEP = re.compile(r"∀ \((\w+) : (?:Nat|ℕ)\), ([^\W\d][\w'₀-₉]*) \(\1 \+ 1\) = (.*)")
_GROWTH = re.compile(r"∀ \((\w+) : (?:Nat|ℕ)\), ([^\W\d][\w'₀-₉]*) \1 (<|≤) \2 \(\1 \+ 1\)")
_DEFINED = re.compile(r"([^\W\d][\w'₀-₉]*) 0 = (.*)")


def sequences(context: Context) -> Iterator[Move]:
    goal = context.goal
    for h in facts(goal):
        if found := _GROWTH.fullmatch(h.type):
            yield from _growth(goal, h.name, found.group(2), found.group(3))
        elif found := _STEP.fullmatch(h.type):
            yield from _arithmetic(goal, h.name, found.group(1), found.group(2), found.group(3))


def _arithmetic(goal: Goal, h: str, n: str, f: str, right: str) -> Iterator[Move]:
    """f (n + 1) = f n + d: f n = f 0 + n * d."""
    step = re.fullmatch(rf"{re.escape(f)} {n} (\+|-) ([^\W\d][\w'₀-₉]*|\d+)", right)
    if step is None or step.group(2) == n or any(g.name.startswith("hclosed") for g in facts(goal)):
        return
    new, k, ih = fresh(names(goal), "hclosed", "k", "ih")
    terms = {v.name for v in variables(goal) if re.search(rf"(?<![\w.]){re.escape(f)} {re.escape(v.name)}(?![\w'])", goal.target)}
    uses = "\n".join(f"have := {new} {x}" for x in sorted(terms)[:4])
    yield Move(
        f"have {new} : ∀ {k} : Nat, {f} {k} = {f} 0 {step.group(1)} {k} * {step.group(2)} := by\n  intro {k}\n  induction {k} with\n"
        f"  | zero => simp\n  | succ {k} {ih} => rw [{h}, {ih}]; {GRIND}" + (f"\n{uses}" if uses else ""),
        9,
    )


def _growth(goal: Goal, h: str, f: str, symbol: str) -> Iterator[Move]:
    """f n < f (n + 1): f m + d ≤ f (m + d); with ≤, f m ≤ f (m + d)."""
    if any(g.name.startswith("hmono") for g in facts(goal)):
        return
    new, m, d, ih, step = fresh(names(goal), "hmono", "m", "d", "ih", "hstep")
    gain = f" + {d}" if symbol == "<" else ""
    yield Move(
        f"have {new} : ∀ {m} {d} : Nat, {f} {m}{gain} ≤ {f} ({m} + {d}) := by\n  intro {m} {d}\n  induction {d} with\n"
        f"  | zero => simp\n  | succ {d} {ih} =>\n    have {step} := {h} ({m} + {d})\n    {CLOSE}",
        6,
    )
