"""Plans that take the goal apart, or turn it round; most of them without a lemma."""

import itertools
import re
from collections.abc import Iterator

from planners.structural.idea import Idea, Situation, chain, speaks, splitting
from prover.policy.automation.text import INTEGRAL, NUMERIC, facts, moduli, numerals, replaced, texts, variables

_MODULI = (2, 3, 4, 5, 7, 8, 9)


def parts(situation: Situation) -> Iterator[Idea]:
    """∧, ↔, and ∃ with what is at hand."""
    goal = situation.goal
    if goal.head in ("And", "Iff"):
        yield splitting("constructor", "both parts", 6)
    if goal.head == "Exists":
        candidates = [h.name for h in goal.hypotheses if h.kind == "data" and h.accessible and h.type in NUMERIC]
        for witness in [*candidates[:3], *(f"{a} + {b}" for a, b in itertools.combinations(candidates[:3], 2)), "0", "1"][:5]:
            yield splitting(f"refine ⟨{witness}, ?_⟩", f"with {witness}", 3)
    if goal.head == "Or":
        (h,) = situation.fresh("h")
        left = goal.target.partition(" ∨ ")[0]
        if left.count("(") == left.count(")"):
            yield splitting(f"by_cases {h} : {left}\nexact Or.inl {h}\nrefine Or.inr ?_", "the right side where the left fails", 4)


def residues(situation: Situation) -> Iterator[Idea]:
    """Cases modulo a number of the goal's, or a small one where something is squared or cubed."""
    goal = situation.goal
    together = " ".join(texts(goal))
    found = [m for text in texts(goal) for m in moduli(text) if m <= 12]
    if not found and not re.search(r"\^ [2-6]|(\w+) \* \1\b", together):
        return
    wanted = dict.fromkeys([*found, *(m for m in _MODULI if m in numerals(together)), 2, 3, 4])
    for m, v in itertools.islice(((m, v) for m in wanted for v in variables(goal, INTEGRAL) if speaks(together, v.name)), 4):
        (h,) = situation.fresh("hres")
        cases = " ∨ ".join(f"{v.name} % {m} = {r}" for r in range(m))
        yield splitting(f"have {h} : {cases} := by omega\nrcases {h} with {' | '.join([h] * m)}", f"{v.name} modulo {m}", 3 if m in found else 2)


def order(situation: Situation) -> Iterator[Idea]:
    """Which of two variables is larger; whether one is zero."""
    goal = situation.goal
    (h,) = situation.fresh("hord")
    spoken = [v for v in variables(goal) if speaks(goal.target, v.name)][:4]
    for v, w in itertools.islice(((v, w) for v, w in itertools.combinations(spoken, 2) if v.type == w.type), 2):
        trichotomy = f"rcases Nat.lt_trichotomy {v.name} {w.name} with {h} | {h} | {h}"
        if v.type in ("Nat", "ℕ"):
            yield splitting(trichotomy, f"{v.name} against {w.name}", 2.5)
        else:
            yield splitting(f"by_cases {h} : {v.name} ≤ {w.name}", f"{v.name} against {w.name}", 2.5)
    for v in spoken[:2]:
        yield splitting(f"by_cases {h} : {v.name} = 0", f"{v.name} is zero or not", 1.5)


def turned_round(situation: Situation) -> Iterator[Idea]:
    """By contradiction, where no procedure decides the goal; from a hypothesis' negation (contrapositive), where one of the two is a negation."""
    goal = situation.goal
    (negated,) = situation.fresh("hneg")
    if goal.head not in ("False", "Not", "∀", "→") and not goal.carrier:
        yield splitting(f"refine Classical.byContradiction fun {negated} => ?_", "by contradiction", 2)
    for h in [h for h in facts(goal) if h.head not in ("∀", "→")][:2]:
        if goal.head not in ("False", "∀", "→") and {goal.head, h.head} & {"Not", "Ne"}:
            yield splitting(
                f"refine Classical.byContradiction fun {negated} => absurd {h.name} ?_\nclear {h.name}", f"contrapositive of {h.name}", 1.5
            )


def none_of_them(situation: Situation) -> Iterator[Idea]:
    """∃ x, A ∧ B from a fact: if no x were such, the fact would fail; for any list, so that an induction can go over it."""
    goal = situation.goal
    found = re.fullmatch(r"∃ (\w+), (.*) ∧ (.*)", goal.target, re.DOTALL)
    lists = [h for h in goal.hypotheses if h.kind == "data" and h.accessible and h.type.startswith("List ")]
    if found is None or "∃" in found.group(2) + found.group(3):
        return
    x, first, second = found.groups()
    pairs = [(old, h) for old in lists for h in situation.about(old.name)]
    for old, h in pairs[:2]:
        name, ys = situation.fresh("none", "ys")
        premise, fact = (replaced(text, {old.name: ys}) for text in (f"∀ {x}, {first} → ¬({second})", h.type))
        yield chain([(name, f"({ys} : {old.type}) : ({premise}) → ¬({fact})")], f"{h.name} would fail if there were none", 8)


def named(situation: Situation) -> Iterator[Idea]:
    """A compound term that occurs again and again becomes a variable."""
    goal = situation.goal
    together = texts(goal)
    new, e = situation.fresh("u", "hu")
    terms = re.findall(r"\(([^()]{3,30})\)", " ".join(together))
    repeated = [t for t in dict.fromkeys(terms) if terms.count(t) >= 2 and not re.search("[:,∀∃→]", t)]
    for term in repeated[:2]:
        yield splitting(f"generalize {e} : ({term}) = {new} at *", f"{term} as one thing", 1.5)
