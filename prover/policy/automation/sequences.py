"""Moves for sequences given by a recurrence: closed forms and growth of the simplest, stated for every index and proved by induction."""

import re
from collections.abc import Iterator

from prover.policy.automation.moves import CLOSE, GRIND, Context, Move
from prover.policy.automation.text import facts, fresh, names, variables
from prover.proof.state import Goal

_STEP = re.compile(r"∀ \((\w+) : (?:Nat|ℕ)\), ([^\W\d][\w'₀-₉]*) \(\1 \+ 1\) = (.*)")
_GROWTH = re.compile(r"∀ \((\w+) : (?:Nat|ℕ)\), ([^\W\d][\w'₀-₉]*) \1 (<|≤) \2 \(\1 \+ 1\)")
_FALL = re.compile(r"∀ \((\w+) : (?:Nat|ℕ)\), ([^\W\d][\w'₀-₉]*) \(\1 \+ 1\) < \2 \1")


def sequences(context: Context) -> Iterator[Move]:
    goal = context.goal
    for h in facts(goal):
        if found := _GROWTH.fullmatch(h.type):
            yield from _growth(goal, h.name, found.group(2), found.group(3))
        elif found := _STEP.fullmatch(h.type):
            yield from _arithmetic(goal, h.name, found.group(1), found.group(2), found.group(3))
        elif found := _FALL.fullmatch(h.type):
            yield from _descending(goal, h.name, found.group(2))
        if h.head == "∀" and (second := re.search(r"([^\W\d][\w'₀-₉]*) \((\w+) \+ 2\)", h.type)) and re.search("[≤≥]", h.type):
            yield from _slopes(goal, second.group(1))
    yield from _above(goal)


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
    yield from _balanced(goal, f"{f} {{}} = {f} 0 {step.group(1)} {{}} * {step.group(2)}", h, step.group(2))


def _balanced(goal: Goal, closed: str, h: str, d: str) -> Iterator[Move]:
    """An equation between indices, times the step, is what the closed forms lack."""
    new, k, e = fresh(names(goal), "hclosed", "k", "hidx")
    indices = [v.name for v in variables(goal, frozenset({"Nat", "ℕ"}))]
    for g in facts(goal):
        if g.head == "Eq" and g.carrier in ("Nat", "ℕ") and goal.carrier in ("Int", "ℤ"):
            uses = ", ".join(f"{new} {x}" for x in indices[:6])
            yield Move(
                f"have {new} : ∀ {k} : Nat, {closed.format(k, k)} := by intro {k}; induction {k} <;> {GRIND}\n"
                f"have {e} := congrArg (fun t : Nat => (t : Int) * {d}) {g.name}\nsimp only [Int.natCast_add, Int.natCast_mul, Int.add_mul] at {e}\n"
                f"simp only [{uses}]\ngeneralize {closed.partition(' ')[0]} 0 = z\nclear {new} {h} {g.name}\n{GRIND}",
                15,
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


def _descending(goal: Goal, h: str, f: str) -> Iterator[Move]:
    """f (n + 1) < f n for naturals cannot go on for ever."""
    new, n = fresh(names(goal), "hfall", "n")
    yield Move(
        f"have {new} : ∀ {n} : Nat, {f} {n} + {n} ≤ {f} 0 := by\n  intro {n}\n  induction {n} with\n"
        f"  | zero => simp\n  | succ {n} ih => have := {h} {n}; omega\nhave := {new} ({f} 0 + 1)\nomega",
        20,
    )


def _slopes(goal: Goal, f: str) -> Iterator[Move]:
    """Second differences of one sign: every step is on one side of the first."""
    if any(g.name.startswith(("hslope", "ih")) for g in facts(goal)):
        return
    new, n = fresh(names(goal), "hslope", "n")
    over = [v.name for v in variables(goal, frozenset({"Nat", "ℕ"})) if re.search(rf"(?<![\w.]){re.escape(v.name)}(?![\w'])", goal.target)]
    options = "\n".join(
        f"| have {new} : ∀ {n} : Nat, {f} ({n} + 1) - {f} {n} {symbol} {f} 1 - {f} 0 := by intro {n}; induction {n} <;> {GRIND}" for symbol in "≤≥"
    )
    ends = " | ".join([*(f"(induction {x} <;> {GRIND})" for x in over[:2]), "skip"])
    yield Move(f"first\n{options}\nfirst | {ends}", 10)


def _above(goal: Goal) -> Iterator[Move]:
    """m ≤ n or m < n: n is m and something, and the induction goes over that."""
    for h in facts(goal):
        found = re.fullmatch(r"(\d+|[^\W\d][\w'₀-₉]*) ([≤<]) ([^\W\d][\w'₀-₉]*)|([^\W\d][\w'₀-₉]*) ([≥>]) (\d+|[^\W\d][\w'₀-₉]*)", h.type)
        if not found or h.carrier not in ("Nat", "ℕ") or any(g.name.startswith("ih") for g in facts(goal)):
            continue
        high = found.group(3) or found.group(4)
        strict = (found.group(2) or found.group(5)) in "<>"
        if not any(v.name == high for v in variables(goal)) or not re.search(rf"(?<![\w.]){re.escape(high)}(?![\w'])", goal.target):
            continue
        if not (" ^ " in goal.target or any(g.head == "∀" for g in facts(goal))):
            continue
        k = fresh(names(goal), "k")[0]
        lemma = "Nat.exists_eq_add_of_lt" if strict else "Nat.exists_eq_add_of_le"
        step = f"first | {GRIND} | (simp only [← Nat.add_assoc, Nat.pow_succ] at *; {GRIND}) | (rw [← Nat.add_assoc, Nat.pow_succ]; {GRIND})"
        yield Move(
            f"obtain ⟨{k}, rfl⟩ := {lemma} {h.name}\ntry clear {h.name}\ninduction {k} with\n"
            f"| zero => first | (solve | simp_all) | {GRIND} | decide\n| succ {k} ih => {step}",
            14,
        )
