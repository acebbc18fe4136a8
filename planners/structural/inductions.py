"""Plans by induction on a claim that is stronger than the goal, and is a lemma therefore: more general, or about several values at once."""

import re
from collections.abc import Iterator

from planners.structural.idea import Idea, Situation, chain, speaks, splitting
from prover.policy.automation.header import inductives
from prover.policy.automation.text import NATURAL, NUMERIC, facts, relation, replaced
from prover.proof.state import Hypothesis

_OFFSET = re.compile(r"\+ ([2-4])\)")
_MOST_VARIABLES = 3


def inductions(situation: Situation) -> Iterator[Idea]:
    for v in _inductive(situation):
        yield from _several_at_once(situation, v)
        yield from _generalised(situation, v)
        yield from _by_factor(situation, v)
        if v.type in NATURAL:
            yield splitting(by_cases(situation, v.name), f"induction on {v.name}", 2)


def least_values(situation: Situation) -> Iterator[Idea]:
    """A function into the naturals has a least value: by strong induction on a value."""
    goal = situation.goal
    if goal.head != "Exists":
        return
    for f in (h for h in goal.hypotheses if h.kind == "data" and h.accessible and re.fullmatch(r"(.*) → (?:Nat|ℕ)", h.type)):
        if not speaks(goal.target, f.name) or f.type.count("→") > 1:
            continue
        below, least, down, falls, v, s, m, d = situation.fresh("below", "least", "down", "falls", "v", "s", "m", "d")
        lemmas = [
            (below, f"({v} : Nat) : ∀ {s}, {f.name} {s} ≤ {v} → ∃ {m}, ∀ {d}, {f.name} {m} ≤ {f.name} {d}"),
            (least, f": ∃ {m}, ∀ {d}, {f.name} {m} ≤ {f.name} {d}"),
        ]
        falling = [h for h in facts(goal) if re.search(rf"{re.escape(f.name)} \((\w+) \+ 1\) ≤ {re.escape(f.name)} \1", h.type)]
        if falling:
            lemmas.append((down, f"({m} {d} : Nat) : {f.name} ({m} + {d}) ≤ {f.name} {m}"))
            lemmas.append((falls, f"({m} {d} : Nat) : {m} ≤ {d} → {f.name} {d} ≤ {f.name} {m}"))
        split = f"obtain ⟨{m}, {least}'⟩ := {least}\nrefine ⟨{m}, ?_⟩"
        yield chain(lemmas, f"the least value of {f.name}", 9, split if f.type.startswith(("Nat", "ℕ")) else "")


def up_and_down(situation: Situation) -> Iterator[Idea]:
    """P n → P (2 * n) and P (n + 1) → P n: all powers of two, then everything below them (Cauchy's induction)."""
    goal = situation.goal
    up = {m.group(1) for h in facts(goal) if (m := re.search(r"(\w+) (\w+) → \1 \((?:2 \* \2|\2 \* 2|\2 \+ \2)\)", h.type))}
    down = {m.group(1) for h in facts(goal) if (m := re.search(r"(\w+) \((\w+) \+ 1\) → \1 \2", h.type))}
    for predicate in up & down:
        powers, fall, lower, below, k, d = situation.fresh("powers", "fall", "lower", "below", "k", "d")
        found = re.fullmatch(rf"{re.escape(predicate)} (\w+)", goal.target)
        if found is None:
            continue
        yield chain(
            [
                (powers, f"({k} : Nat) : {predicate} (2 ^ {k})"),
                (fall, f"({d} : Nat) : ∀ {k}, {predicate} ({k} + {d}) → {predicate} {k}"),
                (lower, f"({k} {d} : Nat) : {k} ≤ {d} → {predicate} {d} → {predicate} {k}"),
                (below, f"({k} : Nat) : {k} ≤ 2 ^ {k}"),
            ],
            f"{predicate} upwards by doubling, and down again",
            9,
            f"refine {lower} {found.group(1)} (2 ^ {found.group(1)}) ?_ ?_",
        )


def growth(situation: Situation) -> Iterator[Idea]:
    """f n < f (n + 1): what follows for any two arguments."""
    goal = situation.goal
    for h in facts(goal):
        found = re.fullmatch(r"∀ \((\w+) : (?:Nat|ℕ)\), (\w+) \1 (<|≤) \2 \(\1 \+ 1\)", h.type)
        if found is None:
            continue
        f, symbol = found.group(2), found.group(3)
        far, mono, least, m, d = situation.fresh("far", "mono", "least", "m", "d")
        gain = f" + {d}" if symbol == "<" else ""
        lemmas = [
            (far, f"({m} {d} : Nat) : {f} {m}{gain} ≤ {f} ({m} + {d})"),
            (mono, f"({m} {d} : Nat) : {m} {symbol} {d} → {f} {m} {symbol} {f} {d}"),
        ]
        if symbol == "<" and f"{f} : Nat → Nat" in goal.pp:
            lemmas.append((least, f"({m} : Nat) : {m} ≤ {f} {m}"))
        yield chain(lemmas, f"{f} grows", 7)
        for v in [v for v in _inductive(situation) if v.type in NATURAL and not situation.about(v.name)][:1]:
            yield chain(lemmas, f"{f} grows, and induction on {v.name}", 7.5, by_cases(situation, v.name))


def _inductive(situation: Situation) -> list[Hypothesis]:
    """What the goal speaks of and induction goes over, what recurs first."""
    goal = situation.goal
    found = [
        h
        for h in goal.hypotheses
        if h.kind == "data" and h.accessible and h.value is None and speaks(goal.target, h.name) and _recursive(situation, h)
    ]
    return found[:_MOST_VARIABLES] if goal.head not in ("∀", "→") else []


def _recursive(situation: Situation, h: Hypothesis) -> bool:
    return h.type in NATURAL or h.type.startswith("List ") or h.type in {type_.name for type_ in inductives(situation.header)}


def _others(situation: Situation, v: Hypothesis) -> list[Hypothesis]:
    """Other variables that the goal speaks of, and that could vary in the claim."""
    goal = situation.goal
    return [
        h
        for h in goal.hypotheses
        if h.kind == "data"
        and h.accessible
        and h.name != v.name
        and (h.type in NUMERIC or h.type.startswith("List "))
        and speaks(goal.target, h.name)
    ]


def _premises(situation: Situation, varying: list[str]) -> str:
    """What is assumed of the variables that vary, and has to be assumed again."""
    names = dict.fromkeys(h.name for x in varying for h in situation.about(x) if h.head != "∀")
    types = {h.name: h.type for h in facts(situation.goal)}
    return "".join(f"({types[name]}) → " for name in names)


def _several_at_once(situation: Situation, v: Hypothesis) -> Iterator[Idea]:
    """The claim for n and n + 1 (and n + 2) together, so that a simple induction has what a recurrence needs."""
    if v.type not in NATURAL or situation.about(v.name):
        return
    step = max((int(k) for h in facts(situation.goal) for k in _OFFSET.findall(h.type)), default=2 if "def " in situation.header else 0)
    if step < 2:
        return
    others = [x for x in _others(situation, v) if not situation.about(x.name)]
    k, name = situation.fresh("k", "both")
    bound = f"∀ {' '.join(f'({x.name} : {x.type})' for x in others)}, " if others else ""
    claims = " ∧ ".join(f"({bound}{replaced(situation.goal.target, {v.name: f'({k} + {i})' if i else k})})" for i in range(step))
    recurrent = "def " not in situation.header
    yield chain([(name, f"({k} : Nat) : {claims}")], f"induction on {v.name}, {step} values at once", 8 if recurrent else 5)


def _generalised(situation: Situation, v: Hypothesis) -> Iterator[Idea]:
    """Everything else in the goal may vary."""
    others = _others(situation, v)
    if not others:
        return
    varying = [x.name for x in others]
    bound = " ".join(f"({x.name} : {x.type})" for x in others)
    k, n, name = situation.fresh("k", "n'", "general")
    claim = _premises(situation, [v.name, *varying]) + situation.goal.target
    free = f"{', '.join(varying)} let free"
    text = f"({k} : {v.type}) : ∀ {bound}, {replaced(claim, {v.name: k})}"
    yield chain([(name, text)], f"induction on {v.name}, {free}", 5)
    yield splitting(f"induction {v.name} generalizing {' '.join(varying)}", f"induction on {v.name}, {free}, in cases", 2.5)
    if v.type in NATURAL:
        text = f"({k} : Nat) : ∀ ({n} : Nat), {n} ≤ {k} → ∀ {bound}, {replaced(claim, {v.name: n})}"
        yield chain([(name, text)], f"strong induction on {v.name}, {free}", 3)


def _by_factor(situation: Situation, v: Hypothesis) -> Iterator[Idea]:
    """An inequality with cⁿ on its larger side: both sides of the induction hypothesis times c, and the smaller side against what that gives."""
    goal = situation.goal
    sides = relation(goal.target)
    if v.type not in NATURAL or situation.about(v.name) or sides is None or sides[1] not in ("≤", "<"):
        return
    small, symbol, large = sides
    power = re.fullmatch(rf"(\([^()]*\)|\w+) \^ {re.escape(v.name)}", large)
    if power is None:
        return
    c = power.group(1)
    k, a, b, positive, times, grows = situation.fresh("k", "a", "b", "positive", "times", "grows")
    here, there = (replaced(small, {v.name: value}) for value in (k, f"({k} + 1)"))
    lemmas = [
        (positive, f": 0 ≤ {c}"),
        (times, f"({a} {b} : {goal.carrier}) : {a} {symbol} {b} → {a} * {c} ≤ {b} * {c}"),
        (grows, f"({k} : Nat) : {there} {symbol} ({here}) * {c}"),
    ]
    yield chain(lemmas, f"induction on {v.name}, the step by the factor {c}", 8, by_cases(situation, v.name))


def by_cases(situation: Situation, v: str) -> str:
    """The tactic that leaves base and step of an induction on a natural."""
    (ih,) = situation.fresh("ih")
    return f"induction {v} with\n| zero => ?_\n| succ {v} {ih} => ?_"
