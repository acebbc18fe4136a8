"""Moves by induction: on naturals, integers, lists and ≤; strong, with several base cases, with other variables generalised."""

import re
from collections.abc import Iterator

from prover.policy.automation.moves import CLOSE, Context, Move
from prover.policy.automation.text import (
    INTEGER,
    NATURAL,
    NUMERIC,
    facts,
    fresh,
    mentions,
    names,
    relation,
)
from prover.proof.state import Goal, Hypothesis

_OFFSET = re.compile(r"\+ ([1-5])\)")
_BACK = re.compile(r"(?<![\w.'₀-₉])([^\W\d][\w'₀-₉]*) - (\d+)")
_THRESHOLD = re.compile(r"(?:(\d+) ≤ [^\W\d][\w']*|[^\W\d][\w']* (?:≥|<) (\d+)|[^\W\d][\w']* > (\d+))")


def induction(context: Context) -> Iterator[Move]:
    goal = context.goal
    if goal.head in ("∀", "→"):
        return
    data = [h for h in goal.hypotheses if h.kind == "data" and h.accessible and h.value is None]
    for v in data:
        weight = (14.0 if mentions(goal.target, v.name) else 2.0) * (0.5 if _inside(goal) else 1.0)
        if v.type in NATURAL:
            yield from _on_natural(goal, v, data, weight)
        elif v.type.startswith("List "):
            yield from _on_list(goal, v, data, weight)
        elif v.type in INTEGER and any(h.head == "∀" for h in facts(goal)):
            k = fresh(names(goal), "k")[0]
            yield Move(f"obtain ⟨{k}, rfl | rfl⟩ := Int.eq_nat_or_neg {v.name}", 0.6 * weight)
    yield from _on_order(goal)


def _inside(goal: Goal) -> bool:
    """Whether an induction is under way: a second one is less likely."""
    return any(h.name.startswith("ih") for h in facts(goal))


def _recurrences(goal: Goal) -> list[Hypothesis]:
    return [h for h in facts(goal) if h.head == "∀" and not h.name.startswith("ih")]


def _generalised(goal: Goal, v: Hypothesis, data: list[Hypothesis]) -> list[str]:
    """Variables that had better vary in the induction hypothesis: what the target also speaks of."""
    return [w.name for w in data if w.name != v.name and mentions(goal.target, w.name) and (w.type in NUMERIC or w.type.startswith("List "))]


def _on_natural(goal: Goal, v: Hypothesis, data: list[Hypothesis], weight: float) -> Iterator[Move]:
    recurrences = _recurrences(goal)
    step = max((int(k) for h in recurrences for k in _OFFSET.findall(h.type)), default=0)
    about = step > 0 or " ^ " in goal.target
    weight *= 1.6 if about else 1.0
    n, ih = fresh([w for w in names(goal) if w != v.name], v.name, "ih")
    plain = 1.0 if step < 2 else 0.7
    yield Move(f"induction {v.name} with\n| zero => ?_\n| succ {n} {ih} => ?_", weight * plain)
    if others := _generalised(goal, v, data):
        yield Move(f"induction {v.name} generalizing {' '.join(others)} with\n| zero => ?_\n| succ {n} {ih} => ?_", weight * 0.6)
    yield Move(f"induction {v.name} using Nat.strongRecOn with\n| _ {n} {ih} => ?_", weight * 0.3)
    if step >= 2 or (step == 0 and not recurrences and about):
        yield Move(_several_bases(goal, v, n, ih, max(step, 2)), weight * (1.3 if step >= 2 else 0.3))
    yield from _with_threshold(v, n, ih, recurrences, goal, weight)
    yield from _halving(v, n, ih, recurrences, goal, weight)
    yield Move(f"cases {v.name} with\n| zero => ?_\n| succ {n} => ?_", weight * 0.3)


def _several_bases(goal: Goal, v: Hypothesis, n: str, ih: str, step: int) -> str:
    """Strong induction with `step` base cases; the hypothesis at the `step` values before."""
    h, m, *previous = fresh([*names(goal), n, ih], "hn", "m", *(f"{ih}{k}" for k in range(step)))
    options = " ∨ ".join([*(f"{n} = {k}" for k in range(step)), f"{n} = {n} - {step} + {step}"])
    lines = [f"induction {v.name} using Nat.strongRecOn with\n| _ {n} {ih} => ?_", f"have {h} : {options} := by omega"]
    lines += [f"rcases {h} with {' | '.join(['rfl'] * step)} | {h}", *([f"· {CLOSE}"] * step)]
    lines += [f"generalize {n} - {step} = {m} at {h}", f"subst {h}"]
    for k, name in enumerate(previous):
        lines.append(f"have {name} := {ih} {m if k == 0 else f'({m} + {k})'} (by omega)")
    return "\n".join([*lines, f"clear {ih}"])


def _with_threshold(v: Hypothesis, n: str, ih: str, recurrences: list[Hypothesis], goal: Goal, weight: float) -> Iterator[Move]:
    """Recurrences that look back, f n = f (n - c) from some n on."""
    back = sorted({int(c) for h in recurrences for _, c in _BACK.findall(h.type)})
    limits = sorted({int(a or b or c) for h in recurrences for a, b, c in _THRESHOLD.findall(h.type)})
    if not back or not limits:
        return
    h, *previous = fresh([*names(goal), n, ih], "hn", *(f"{ih}{c}" for c in back))
    instances = "".join(f"    have {name} := {ih} ({n} - {c}) (by omega)\n" for name, c in zip(previous, back, strict=True))
    yield Move(
        f"induction {v.name} using Nat.strongRecOn with\n| _ {n} {ih} =>\n  rcases Nat.lt_or_ge {n} {limits[-1]} with {h} | {h}\n"
        f"  · {CLOSE}\n  ·\n{instances}    {CLOSE}",
        weight,
    )


def _halving(v: Hypothesis, n: str, ih: str, recurrences: list[Hypothesis], goal: Goal, weight: float) -> Iterator[Move]:
    """A function given at 2 n and 2 n + 1, by its value at n: strong induction, with the hypothesis at half."""
    if not any(re.search(r"\(2 \* \w+( \+ 1)?\)", h.type) for h in recurrences) or _inside(goal):
        return
    h, m = fresh([*names(goal), n, ih], "hn", "m")
    yield Move(
        f"induction {v.name} using Nat.strongRecOn with\n| _ {n} {ih} =>\n  by_cases {h} : {n} = 0\n  · subst {h}; {CLOSE}\n"
        f"  · obtain ⟨{m}, hm⟩ : ∃ {m}, {n} = 2 * {m} ∨ {n} = 2 * {m} + 1 := ⟨{n} / 2, by omega⟩\n    have := {ih} {m} (by omega)\n"
        f"    clear {ih}\n    rcases hm with rfl | rfl <;> {CLOSE}",
        weight,
    )


def _on_list(goal: Goal, v: Hypothesis, data: list[Hypothesis], weight: float) -> Iterator[Move]:
    weight *= 1.6
    x, xs, ih = fresh([w for w in names(goal) if w != v.name], "x", v.name, "ih")
    yield Move(f"induction {v.name} with\n| nil => ?_\n| cons {x} {xs} {ih} => ?_", weight)
    if others := _generalised(goal, v, data):
        weight_moving = weight * (1.2 if "fold" in goal.target else 0.7)
        yield Move(f"induction {v.name} generalizing {' '.join(others)} with\n| nil => ?_\n| cons {x} {xs} {ih} => ?_", weight_moving)
    yield Move(f"cases {v.name} with\n| nil => ?_\n| cons {x} {xs} => ?_", weight * 0.4)
    for h in facts(goal):
        length = re.fullmatch(rf"{re.escape(v.name)}\.length = (\d)", h.type)
        if length:
            parts = fresh(names(goal), *(f"{v.name[0]}{k}" for k in range(int(length.group(1)) + 1)))
            pattern = "_"
            for part in reversed(parts):
                pattern = f"_ | ⟨{part}, {pattern if pattern != '_' else part + 's'}⟩" if pattern == "_" else f"_ | ⟨{part}, {pattern}⟩"
            yield Move(f"rcases {v.name} with {pattern} <;> simp_all", 20)


def _on_order(goal: Goal) -> Iterator[Move]:
    """m ≤ n, with a variable on the right: from m upwards."""
    for h in facts(goal):
        split = relation(h.type)
        if split and h.carrier in NATURAL and split[1] in ("≤", "<") and re.fullmatch(r"[^\W\d][\w'₀-₉]*", split[2]) and mentions(goal.pp, split[2]):
            n, hm, ih = fresh(names(goal), "k", "hk", "ih")
            if split[1] == "≤":
                yield Move(f"induction {h.name} with\n| refl => ?_\n| step {hm} {ih} => ?_", 4 if any(f.head == "∀" for f in facts(goal)) else 0.5)
            e = fresh(names(goal), f"h{n}")[0]
            lemma = "Nat.exists_eq_add_of_le" if split[1] == "≤" else "Nat.exists_eq_add_of_lt"
            yield Move(f"obtain ⟨{n}, {e}⟩ := {lemma} {h.name}", 1.5)


def earlier_cases(context: Context) -> Iterator[Move]:
    """A strong induction hypothesis, ∀ m < n, at n - 1 and n - 2."""
    goal = context.goal
    for h in facts(goal):
        if h.name.startswith("ih") and h.head == "∀" and "<" in h.type:
            bound = re.search(r"< (\([^()]*\)|[^\W\d][\w'₀-₉]*)", h.type)
            if bound:
                top = bound.group(1).removeprefix("(").removesuffix(")")
                new = fresh(names(goal), f"{h.name}1")[0]
                for back in ("1", "2"):
                    yield Move(f"have {new} := {h.name} ({top} - {back}) (by omega)", 4)
