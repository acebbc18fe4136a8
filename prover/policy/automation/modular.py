"""An equation of naturals settles the residues of its variables: found modulo m by trying, repeated by Lean's kernel.

For goals that speak of the variables only through `x % r`, or of none (a contradiction). The modulus is searched for here, so a move is
proposed only when it works out: at most 30 000 tuples, some milliseconds; the kernel takes 0.1 to 0.5 seconds.
"""

import itertools
import re
from collections.abc import Iterator
from math import lcm

from prover.policy.automation.algebra import Polynomial, add, polynomial
from prover.policy.automation.moves import Context, Move
from prover.policy.automation.text import NATURAL, facts, fresh, relation, replaced, variables, words
from prover.proof.state import Goal, Hypothesis

MODULI = (2, 3, 4, 5, 7, 8, 9, 16)
MOST_TUPLES = 8_000
_RESIDUE = re.compile(r"([^\W\d][\w'₀-₉]*) % (\d+) (=|≠) (\d+)")


def settled_residues(context: Context) -> Iterator[Move]:
    goal = context.goal
    natural = {v.name for v in variables(goal, NATURAL)}
    claims = [[(x, int(r), s, int(v)) for x, r, s, v in _RESIDUE.findall(part)] for part in goal.target.split(" ∨ ")]
    spoken = _RESIDUE.sub("", goal.target).replace("∨", "").strip()
    if goal.target != "False" and (spoken or not all(len(claim) == 1 for claim in claims)):
        return
    needed = lcm(*(r for claim in claims for _, r, _, _ in claim)) if goal.target != "False" else 1
    for h in facts(goal):
        split = relation(h.type)
        if split is None or split[1] != "=" or h.carrier not in NATURAL:
            continue
        left, right = polynomial(split[0]), polynomial(split[2])
        if left is None or right is None:
            continue
        whole = add(left, right, -1)
        xs = sorted({atom for monomial in whole for atom, _ in monomial})
        if not 1 <= len(xs) <= 4 or not set(xs) <= natural or not words(goal.target) - {"False"} <= set(xs):
            continue
        if max(sum(e for _, e in monomial) for monomial in whole) < 2:
            continue
        for m in MODULI:
            if m % needed == 0 and m ** len(xs) <= MOST_TUPLES and _settles(whole, xs, m, claims if goal.target != "False" else []):
                yield Move(_proof(goal, h, split, xs, m), 35)
                return


def _settles(whole: Polynomial, xs: list[str], m: int, claims: list[list[tuple[str, int, str, int]]]) -> bool:
    for values in itertools.product(range(m), repeat=len(xs)):
        at = dict(zip(xs, values, strict=True))
        if any((at[x] % r == v) == (symbol == "=") for claim in claims for x, r, symbol, v in claim):
            continue
        total = 0
        for monomial, c in whole.items():
            for atom, e in monomial:
                c = c * at[atom] ** e % m
            total += c
        if total % m == 0:
            return False
    return True


def _proof(goal: Goal, h: Hypothesis, split: tuple[str, str, str], xs: list[str], m: int) -> str:
    left, _, right = split
    lemma = fresh([g.name for g in goal.hypotheses], "hres")[0]
    at = {x: f"{x}.val" for x in xs}
    reduced = {x: f"{x} % {m}" for x in xs}
    target = _RESIDUE.sub(lambda found: f"{reduced[found.group(1)]} % {found.group(2)} {found.group(3)} {found.group(4)}", goal.target)
    given = " ".join(f"⟨{x} % {m}, Nat.mod_lt _ (by decide)⟩" for x in xs)
    return (
        f"have {lemma} : ∀ {' '.join(xs)} : Fin {m}, ({replaced(left, at)}) % {m} = ({replaced(right, at)}) % {m} → {replaced(goal.target, at)} := "
        f"by decide +kernel\nhave {lemma} : {target} := {lemma} {given} "
        f"(by have := congrArg (fun t => t % {m}) {h.name}; simpa [Nat.add_mod, Nat.mul_mod, Nat.pow_mod] using this)\nomega"
    )
