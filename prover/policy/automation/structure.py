"""Moves that a goal's outer shape asks for: introductions, splitting, witnesses, induction, cases."""

import re
from collections.abc import Iterator

from prover.policy.automation.moves import Context, Move
from prover.policy.automation.text import (
    INTEGRAL,
    NATURAL,
    NUMERIC,
    applications,
    binders,
    facts,
    fresh,
    mentions,
    numerals,
    top_level_split,
    variables,
)
from prover.proof.state import Goal, Hypothesis

_INDUCTIVE = {"Nat": ("zero", "succ n ih", "n ih"), "ℕ": ("zero", "succ n ih", "n ih")}


def names(goal: Goal) -> list[str]:
    return [h.name for h in goal.hypotheses]


def introductions(context: Context) -> Iterator[Move]:
    goal = context.goal
    if goal.head in ("∀", "→"):
        wanted = [name if name and name != "_" and "✝" not in name else "h" for name in binders(goal.target)] or ["h"]
        yield Move("intro " + " ".join(fresh(names(goal), *wanted)), 150)
    elif goal.head in ("Not", "Ne"):
        yield Move(f"intro {fresh(names(goal), 'h')[0]}", 20)
    elif goal.head in ("Function.Injective", "Function.Surjective", "HasSubset.Subset", "Monotone"):
        yield Move(f"intro {' '.join(fresh(names(goal), 'x', 'y'))}", 30)


def splitting(context: Context) -> Iterator[Move]:
    """∧, ∨, ↔, =-of-functions in the target; ∧, ∨, ∃, ↔ in the hypotheses."""
    goal = context.goal
    if goal.head in ("And", "Iff"):
        yield Move("constructor", 60)
    if goal.head == "Or":
        yield Move("left", 10)
        yield Move("right", 10)
        first = top_level_split(goal.target, "∨")[0]
        yield Move(f"by_cases {fresh(names(goal), 'hc')[0]} : {first}", 12)
    if goal.head == "Eq" and "→" in goal.carrier:
        yield Move(f"funext {fresh(names(goal), 'x')[0]}", 40)
    if " if " in f" {goal.target}" or "match " in goal.target:
        yield Move("split", 40)
    for h in facts(goal):
        if h.head in ("And", "Iff"):
            a, b = fresh(names(goal), f"{h.name}l", f"{h.name}r")
            yield Move(f"obtain ⟨{a}, {b}⟩ := {h.name}", 45)
        elif h.head == "Exists":
            witness = _bound_name(h.type) or "w"
            a, b = fresh(names(goal), witness, f"h{witness}")
            yield Move(f"obtain ⟨{a}, {b}⟩ := {h.name}", 60)
        elif h.head == "Or":
            yield Move(f"rcases {h.name} with {h.name} | {h.name}", 40)
        elif h.head in ("Not", "→") and goal.head == "False":
            yield Move(f"apply {h.name}", 15)
        if " if " in f" {h.type}" or "match " in h.type:
            yield Move(f"split at {h.name}", 20)


def _bound_name(text: str) -> str | None:
    match = re.match(r"∃ \(?([^\W\d][\w'₀-₉]*)", text)
    return match.group(1) if match else None


def witnesses(context: Context) -> Iterator[Move]:
    """⟨w, …⟩ for ∃: variables in scope, small numerals and those of the goal, terms that the hypotheses name."""
    goal = context.goal
    if goal.head != "Exists":
        return
    candidates: dict[str, float] = {}
    for h in goal.hypotheses:
        if h.kind == "data" and h.accessible:
            candidates.setdefault(h.name, 10.0)
    for n in (*numerals(goal.target), 0, 1, 2, 3):
        candidates.setdefault(str(n), 6.0)
    for h in facts(goal):
        if h.head == "Exists" or h.head == "∀":
            continue
        for term in _sides(h.type):
            candidates.setdefault(f"({term})", 4.0)
    for f in (h.name for h in goal.hypotheses if h.kind == "data" and "→" in h.type and h.accessible):
        for h in variables(goal):
            candidates.setdefault(f"({f} {h.name})", 5.0)
    for a in variables(goal):
        for suffix in (" + 1", " - 1", " * 2", " / 2"):
            candidates.setdefault(f"({a.name}{suffix})", 3.0)
        for b in variables(goal):
            if a.name < b.name:
                candidates.setdefault(f"({a.name} + {b.name})", 4.0)
                candidates.setdefault(f"({a.name} * {b.name})", 2.0)
    for candidate, weight in list(candidates.items())[:40]:
        yield Move(f"refine ⟨{candidate}, ?_⟩", weight)
    yield Move("refine ⟨_, rfl⟩", 5)
    yield Move("constructor", 1)
    for h in facts(goal):
        yield Move(f"exact ⟨_, {h.name}⟩", 3)


def _sides(text: str) -> list[str]:
    for relation in (" = ", " ≤ ", " < "):
        left, found, right = text.partition(relation)
        if found and len(left) < 40 and len(right) < 40:
            return [left, right]
    return []


def induction(context: Context) -> Iterator[Move]:
    """On naturals and lists; strong and two-step; with the other variables of the induction generalised."""
    goal = context.goal
    data = [h for h in goal.hypotheses if h.kind == "data" and h.accessible and h.value is None]
    recurrences = [h for h in facts(goal) if h.head == "∀"]
    for v in data:
        listy = v.type.startswith("List ")
        if v.type not in NATURAL and not listy:
            continue
        about = mentions(goal.target, v.name)
        step = 1 + any(re.search(r"\+ 2\)", h.type) for h in recurrences)
        base = 14.0 if about else 2.0
        if any(re.search(r"\+ 1\)|\+ 2\)", h.type) for h in recurrences) or " ^ " in goal.target or listy:
            base *= 1.6
        others = [w.name for w in data if w.name != v.name and mentions(goal.target, w.name) and (w.type in NUMERIC or w.type.startswith("List "))]
        moving = [w for w in others if any(mentions(h.type, w) for h in recurrences) or listy or len(others) <= 2]
        for general, factor in ((), 1.0), (tuple(moving), 0.5):
            if general == () and factor != 1.0:
                continue
            clause = f" generalizing {' '.join(general)}" if general else ""
            if listy:
                x, xs, ih = fresh(names(goal), "x", "xs", "ih")
                yield Move(f"induction {v.name}{clause} with\n| nil => ?_\n| cons {x} {xs} {ih} => ?_", base * factor)
            else:
                n, ih = fresh([w for w in names(goal) if w != v.name], v.name, "ih")
                yield Move(f"induction {v.name}{clause} with\n| zero => ?_\n| succ {n} {ih} => ?_", base * factor)
        if listy:
            x, xs = fresh(names(goal), "x", "xs")
            yield Move(f"cases {v.name} with\n| nil => ?_\n| cons {x} {xs} => ?_", base * 0.5)
        else:
            n, ih = fresh([w for w in names(goal) if w != v.name], v.name, "ih")
            yield Move(f"induction {v.name} using Nat.strongRecOn with\n| _ {n} {ih} => ?_", base * (0.9 if step == 2 else 0.3))
            yield Move(f"cases {v.name} with\n| zero => ?_\n| succ {n} => ?_", base * 0.35)
            if step == 2 or any(h.name.startswith("ih") for h in facts(goal)):
                yield Move(f"match {v.name} with\n| 0 => ?_\n| 1 => ?_\n| {n} + 2 => ?_", base * 0.7)


def cases(context: Context) -> Iterator[Move]:
    """Booleans, options, sums, order and parity."""
    goal = context.goal
    for h in goal.hypotheses:
        if h.kind != "data" or not h.accessible:
            continue
        if h.type == "Bool" or h.type.startswith(("Option ", "Fin 2", "Except ")) or " ⊕ " in h.type:
            yield Move(f"cases {h.name}", 15)
        elif " × " in h.type:
            a, b = fresh(names(goal), "a", "b")
            yield Move(f"obtain ⟨{a}, {b}⟩ := {h.name}", 15)
        elif h.type == "Prop" and (mentions(goal.target, h.name) or any(mentions(f.type, h.name) for f in facts(goal))):
            yield Move(f"by_cases {fresh(names(goal), f'h{h.name}')[0]} : {h.name}", 8)
    if goal.head not in ("False",):
        yield Move("false_or_by_contra", 3)
    ordered = [h.name for h in variables(goal, INTEGRAL)]
    hc = fresh(names(goal), "hc")[0]
    for a, b in zip(ordered, ordered[1:], strict=False):
        yield Move(f"rcases Nat.lt_trichotomy {a} {b} with {hc} | {hc} | {hc}", 2 if _natural(goal, a, b) else 0.01)
    for v in variables(goal, NATURAL):
        yield Move(f"rcases Nat.eq_zero_or_pos {v.name} with {hc} | {hc}", 1.5)
    for condition in _conditions(goal):
        yield Move(f"by_cases {hc} : {condition}", 6)


def _natural(goal: Goal, *wanted: str) -> bool:
    return all(h.type in NATURAL for h in goal.hypotheses if h.name in wanted)


def _conditions(goal: Goal) -> list[str]:
    texts = [goal.target, *(h.type for h in facts(goal))]
    found = [m for text in texts for m in re.findall(r"if ([^()]*?|\([^()]*\)) then", text)]
    return list(dict.fromkeys(found))[:4]


def using_hypotheses(context: Context) -> Iterator[Move]:
    """Rewriting, applying and specialising what is assumed."""
    goal = context.goal
    hypotheses = facts(goal)
    for h in hypotheses:
        if h.head in ("∀", "→", "Not", "Iff"):
            last = top_level_split(h.type, "→")[-1]
            yield Move(f"apply {h.name}", 8 if _similar(last, goal.target) else 2)
        if h.head == "Eq" or (h.head == "∀" and " = " in h.type):
            yield Move(f"rw [{h.name}]", 9)
            yield Move(f"rw [← {h.name}]", 3)
            yield Move(f"simp [{h.name}]", 4)
        elif h.head == "Iff" or (h.head == "∀" and " ↔ " in h.type):
            yield Move(f"rw [{h.name}]", 6)
        if h.head == "∀":
            yield from _instances(goal, h)
    equations = [h.name for h in hypotheses if h.head in ("Eq", "∀", "Iff", "Ne")]
    if equations:
        yield Move(f"simp [{', '.join(equations[:8])}]", 8)
        if any(h.carrier in NUMERIC for h in hypotheses) or goal.carrier in NUMERIC:
            yield Move(f"simp [{', '.join(equations[:8])}] <;> omega", 5)
    for h in hypotheses:
        if h.head == "Eq" and h.carrier in NUMERIC:
            left, _, right = h.type.partition(" = ")
            if re.fullmatch(r"[^\W\d][\w'₀-₉]*", left) or re.fullmatch(r"[^\W\d][\w'₀-₉]*", right):
                yield Move(f"subst {h.name}", 12)


def _similar(a: str, b: str) -> bool:
    return bool(set(re.findall(r"[≤<=≠∣∧∨¬]", a)) & set(re.findall(r"[≤<=≠∣∧∨¬]", b)))


def _instances(goal: Goal, h: Hypothesis) -> Iterator[Move]:
    """A universal hypothesis at the terms that the goal speaks of."""
    bound = binders(h.type)
    count = sum(1 for name in bound if name)
    new = fresh(names(goal), f"{h.name}i")[0]
    terms: dict[str, float] = {v.name: 4.0 for v in goal.hypotheses if v.kind == "data" and v.accessible and "→" not in v.type and v.type != "Prop"}
    for f in (v.name for v in goal.hypotheses if v.kind == "data" and "→" in v.type):
        for argument in applications(goal.target, f)[:4]:
            terms.setdefault(argument, 4.0)
            terms.setdefault(f"({f} {argument})", 2.0)
    for n in (*numerals(goal.target)[:4], 0, 1):
        terms.setdefault(str(n), 1.5)
    chosen = sorted(terms.items(), key=lambda item: -item[1])[:8]
    if count == 1:
        for term, weight in chosen:
            yield Move(f"have {new} := {h.name} {term}", weight)
    elif count == 2:
        for a, weight in chosen[:4]:
            for b, other in chosen[:4]:
                yield Move(f"have {new} := {h.name} {a} {b}", 0.5 * min(weight, other))
