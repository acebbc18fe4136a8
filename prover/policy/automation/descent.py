"""Infinite descent: an equation of naturals whose solutions are all multiples of p has only the trivial solution.

Fermat's method. Which p, is found here by trying: the equation, homogeneous of degree d, is gone through modulo p ^ d, and every solution
there must vanish modulo p. Lean's kernel repeats that search (milliseconds); the induction over a bound of the sum costs 1 to 2 seconds.
"""

import itertools
from collections.abc import Iterator

from prover.policy.automation.algebra import Polynomial, add, polynomial
from prover.policy.automation.moves import GRIND, Context, Move
from prover.policy.automation.text import NATURAL, facts, fresh, names, relation, replaced, variables
from prover.proof.state import Goal, Hypothesis

PRIMES = (2, 3, 5, 7)
MOST_TUPLES = 30_000


def descent(context: Context) -> Iterator[Move]:
    goal = context.goal
    if goal.head not in ("Eq", "And", "False", "Or", "Ne"):
        return
    for h in facts(goal):
        split = relation(h.type)
        if split is None or split[1] != "=" or h.carrier not in NATURAL or any(g.name.startswith("hdesc") for g in facts(goal)):
            continue
        left, right = polynomial(split[0]), polynomial(split[2])
        if left is None or right is None:
            continue
        whole = add(left, right, -1)
        degrees = {sum(e for _, e in monomial) for monomial in whole}
        xs = sorted({atom for monomial in whole for atom, _ in monomial})
        natural = {v.name for v in variables(goal, NATURAL)}
        if len(degrees) != 1 or not 2 <= len(xs) <= 3 or not set(xs) <= natural or not 2 <= (degree := degrees.pop()) <= 4:
            continue
        for p in PRIMES:
            if p ** (degree * len(xs)) <= MOST_TUPLES and _all_vanish(whole, xs, p, p**degree):
                yield Move(_proof(goal, h, split, xs, p, degree), 30)
                break


def _all_vanish(whole: Polynomial, xs: list[str], p: int, modulus: int) -> bool:
    for values in itertools.product(range(modulus), repeat=len(xs)):
        at = dict(zip(xs, values, strict=True))
        total = 0
        for monomial, c in whole.items():
            for atom, e in monomial:
                c = c * at[atom] ** e % modulus
            total += c
        if total % modulus == 0 and any(value % p for value in values):
            return False
    return True


def _proof(goal: Goal, h: Hypothesis, split: tuple[str, str, str], xs: list[str], p: int, degree: int) -> str:
    left, _, right = split
    modulus = p**degree
    residues, lemma, k, ih, e, r = fresh([*names(goal)], "hres", "hdesc", "k", "ih", "heq", "hr")
    smaller = fresh([*names(goal), k], *(f"{x}s" for x in xs))
    links = fresh([*names(goal)], *(f"h{x}s" for x in xs))
    at = {x: f"{x}.val" for x in xs}  # over Fin: with bounds as premises, Lean's search for a decision procedure gives up at three
    vanish = " ∧ ".join(f"{x}.val % {p} = 0" for x in xs)
    vanishing = " ∧ ".join(f"{x} % {modulus} % {p} = 0" for x in xs)
    zero = " ∧ ".join(f"{x} = 0" for x in xs)
    inside = dict(zip(xs, smaller, strict=True))
    arguments = " ".join(f"⟨{x} % {modulus}, Nat.mod_lt _ (by decide)⟩" for x in xs)
    image = f"(by have := congrArg (fun t => t % {modulus}) {e}; simpa [Nat.add_mod, Nat.mul_mod, Nat.pow_mod] using this)"
    quotients = "\n".join(
        f"    obtain ⟨{s}, {link}⟩ : ∃ t, {x} = {p} * t := ⟨{x} / {p}, by omega⟩" for x, s, link in zip(xs, smaller, links, strict=True)
    )
    return (
        f"have {residues} : ∀ {' '.join(xs)} : Fin {modulus}, ({replaced(left, at)}) % {modulus} = ({replaced(right, at)}) % {modulus} → "
        f"{vanish} := by decide +kernel\n"
        f"have {lemma} : ∀ {k} {' '.join(xs)} : Nat, {' + '.join(xs)} ≤ {k} → {left} = {right} → {zero} := by\n"
        f"  intro {k}\n  induction {k} with\n  | zero => intro {' '.join(xs)} {r} {e}; omega\n  | succ {k} {ih} =>\n"
        f"    intro {' '.join(xs)} {r} {e}\n    have : {vanishing} := {residues} {arguments} {image}\n{quotients}\n    subst {' '.join(links)}\n"
        f"    have := {ih} {' '.join(smaller)} (by omega) (Nat.eq_of_mul_eq_mul_left (show 0 < {modulus} by decide) "
        f"(show {modulus} * ({replaced(left, inside)}) = {modulus} * ({replaced(right, inside)}) by {GRIND}))\n    omega\n"
        f"have {lemma} := {lemma} _ {' '.join(xs)} (Nat.le_refl _) {h.name}\nfirst | omega | (solve | simp_all)"
    )
