"""Lemmas of Lean's library that end a goal of their own shape, and the least and greatest of a set of naturals.

Each is one application that Lean checks in a few milliseconds. (`exact?` is not asked: its answers depend on what its process did before.)
"""

import re
from collections.abc import Iterator

from prover.policy.automation.moves import GRIND, Context, Move
from prover.policy.automation.text import NATURAL, facts, fresh, mentions, names, variables

_LARGEST = re.compile(r"∃ ([^\W\d][\w'₀-₉]*), (.*) ∧ ∀ \(([^\W\d][\w'₀-₉]*) : (?:Nat|ℕ)\), (.*) → \3 ≤ \1")


def library(context: Context) -> Iterator[Move]:
    goal = context.goal
    divisions = [h.name for h in facts(goal) if h.head == "Dvd.dvd"]
    coprime = [h.name for h in facts(goal) if "gcd" in h.type and h.type.endswith("= 1")]
    if goal.head == "Eq" and goal.carrier in NATURAL:
        yield from (Move(f"exact Nat.dvd_antisymm {a} {b}", 12) for a in divisions[:3] for b in divisions[:3] if a != b)
    if goal.head == "Dvd.dvd" and goal.carrier in NATURAL:
        for a in divisions[:3]:
            yield from (Move(f"exact Nat.dvd_trans {a} {b}", 6) for b in divisions[:3] if a != b)
            for c in coprime[:2]:
                for side in ("left", "right"):
                    yield Move(f"exact Nat.Coprime.dvd_of_dvd_mul_{side} {c} {a}", 9)
                    yield Move(f"exact Nat.Coprime.dvd_of_dvd_mul_{side} (Nat.Coprime.symm {c}) {a}", 9)
                yield from (Move(f"exact Nat.Coprime.mul_dvd_of_dvd_of_dvd {c} {a} {b}", 8) for b in divisions[:3] if a != b)
    if goal.head == "Exists" and "++" in goal.target:
        yield from (Move(f"exact List.append_of_mem {h.name}", 12) for h in facts(goal) if "∈" in h.type)


def ordered_factors(context: Context) -> Iterator[Move]:
    """A witness among the factors of a product: the smaller or the larger one."""
    goal = context.goal
    if goal.head != "Exists":
        return
    for h in facts(goal):
        for a, b in set(re.findall(r"(?<![\w.'^])([^\W\d][\w'₀-₉]*) \* ([^\W\d][\w'₀-₉]*)(?![\w'.])", h.type)):
            if a == b or not {a, b} <= {v.name for v in variables(goal, NATURAL)} or h.head != "Eq":
                continue
            hc = fresh(names(goal), "hc")[0]
            monotone = f"have := Nat.mul_le_mul_left {a} {hc}; have := Nat.mul_le_mul_right {b} {hc}; have := Nat.mul_le_mul_left {b} {hc}"
            ends = " | ".join(f"exact ⟨{x}, by {GRIND} [Nat.dvd_mul_right, Nat.dvd_mul_left]⟩" for x in (a, b))
            yield Move(f"rcases Nat.le_total {a} {b} with {hc} | {hc} <;> ({monotone}; first | {ends})", 14)


def greatest(context: Context) -> Iterator[Move]:
    """∃ n, P n ∧ ∀ m, P m → m ≤ n, from a bound: or else P would hold arbitrarily far out."""
    goal = context.goal
    found = _LARGEST.fullmatch(goal.target)
    if found is None:
        return
    n, claim = found.group(1), found.group(2)
    negated, lemma, k, w = fresh([*names(goal), n], "hneg", "hfar", "k", "w")
    for bound in (v.name for v in variables(goal, NATURAL) if any(mentions(h.type, v.name) and "≤" in h.type + "<" for h in facts(goal))):
        yield Move(_far(negated, (lemma, k, w), n, claim, bound), 15)


def _far(negated: str, fresh_names: tuple[str, str, str], n: str, claim: str, bound: str) -> str:
    lemma, k, w = fresh_names
    return (
        f"refine Classical.byContradiction fun {negated} => ?_\nhave {lemma} : ∀ {k} : Nat, ∃ {n}, ({claim}) ∧ {k} ≤ {n} := by\n"
        f"  intro {k}\n  induction {k} <;> {GRIND}\nobtain ⟨{w}, h{w}⟩ := {lemma} ({bound} + 1)\n{GRIND}"
    )
