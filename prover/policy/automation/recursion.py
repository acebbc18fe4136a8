"""Moves for recursive functions: induction with every case ended on the spot, and lemmas with the accumulator let free.

A whole induction is one tactic here, so its cases never wait in the frontier; when it fails it has cost one simplification and one `grind`.
An accumulating function is proved for every start: `f xs 0 = r` follows from `∀ a, f xs a = a + r`, with the operation read off the start.
"""

import re
from collections.abc import Iterator

from prover.policy.automation.header import Definition, Inductive, definitions, inductives
from prover.policy.automation.moves import GRIND, Context, Move
from prover.policy.automation.text import NATURAL, NUMERIC, facts, fresh, mentions, names, relation
from prover.proof.state import Goal, Hypothesis

_ARGUMENT = r"(?:\((?:[^()]|\((?:[^()]|\([^()]*\))*\))*\)|\[[^\[\]]*\]|[\w'₀-₉]+)"
_START = re.compile(r"\d+|\[\]|\(-\d+\)|true|false")


def rules(context: Context) -> list[str]:
    """Names of the header's functions that the goal speaks of, and of those that these are made of."""
    defined = [d.name for d in definitions(context.statement.header)]
    return (
        defined
        if any(re.search(rf"(?<![\w.]){re.escape(f)}(?!\w)|\.{re.escape(f.rpartition('.')[2])}(?!\w)", context.goal.pp) for f in defined)
        else []
    )


def closer(lemmas: list[str]) -> str:
    """Ends a case of an induction, or fails."""
    given = f" [{', '.join(lemmas)}]" if lemmas else ""
    return f"first | (solve | simp_all{given}) | {GRIND}{given} | (solve | (simp_all{given}; omega))"


def whole_inductions(context: Context) -> Iterator[Move]:
    goal = context.goal
    if goal.head in ("∀", "→", "Exists") or any(h.name.startswith("ih") for h in facts(goal)):
        return
    lemmas = rules(context)
    types = {t.name: t for t in inductives(context.statement.header)}
    recurrence = any(h.head == "∀" and " = " in h.type for h in facts(goal))
    data = [h for h in goal.hypotheses if h.kind == "data" and h.accessible and h.value is None]
    for v in (v for v in data if mentions(goal.target, v.name)):
        if v.type in types:
            yield Move(f"induction {v.name} <;> {closer(lemmas)}", 40)
            yield Move(_by_constructors(goal, v.name, types[v.type]), 20)
        elif (v.type in NATURAL or v.type.startswith("List ")) and (lemmas or recurrence or v.type.startswith("List ")):
            yield Move(f"induction {v.name} <;> {closer(lemmas)}", 16 if lemmas else 8)
            yield from _generalising(goal, v, data, lemmas)


def _generalising(goal: Goal, v: Hypothesis, data: list[Hypothesis], lemmas: list[str]) -> Iterator[Move]:
    others = [w.name for w in data if w.name != v.name and mentions(goal.target, w.name) and (w.type in NUMERIC or w.type.startswith("List "))]
    if others:
        yield Move(f"induction {v.name} generalizing {' '.join(others)} <;> {closer(lemmas)}", 12 if lemmas else 6)


def _by_constructors(goal: Goal, v: str, type_: Inductive) -> str:
    lines = []
    for constructor, arguments in type_.constructors:
        recursive = [t == type_.name for t in arguments]
        data = fresh([w for w in names(goal) if w != v], *((f"t{k}" if again else f"x{k}") for k, again in enumerate(recursive)))
        hypotheses = fresh(names(goal), *(f"ih{name}" for name, again in zip(data, recursive, strict=True) if again))
        lines.append(f"| {' '.join([constructor, *data, *hypotheses])} => ?_")
    return "\n".join([f"induction {v} with", *lines])


def accumulators(context: Context) -> Iterator[Move]:
    """f xs c = r, with c a constant: ∀ a, f xs a = a ∘ r."""
    goal = context.goal
    split = relation(goal.target)
    if split is None or any(h.name.startswith("hacc") for h in facts(goal)):
        return
    functions = [*definitions(context.statement.header), Definition("List.foldl", ("", "", ""), "")]
    for side, other in ((split[0], split[2]), (split[2], split[0])) if split[1] == "=" else ():
        for f in functions:
            for call in re.finditer(rf"(?<![\w.]){re.escape(f.name)}((?: {_ARGUMENT})+)", side):
                arguments = re.findall(f" ({_ARGUMENT})", call.group(1))
                for at, start in enumerate(arguments):
                    if _START.fullmatch(start):
                        yield from _let_free(context, side, other, (f.name, arguments, at))
    yield from _growing(context)


def _let_free(context: Context, side: str, other: str, call: tuple[str, list[str], int]) -> Iterator[Move]:
    goal = context.goal
    f, arguments, at = call
    kinds = {h.name: h.type for h in goal.hypotheses if h.kind == "data" and h.accessible}
    over = next((x for x in arguments if kinds.get(x, "").startswith("List ") or kinds.get(x, "") in NATURAL), None)
    if over is None:
        return
    lemma, a = fresh(names(goal), "hacc", "a")
    free = side.replace(" ".join([f, *arguments]), " ".join([f, *arguments[:at], a, *arguments[at + 1 :]]), 1)
    core, percent, modulus = other.partition(" % ")
    tail = f" % {modulus}" if percent else ""
    start = arguments[at]
    forms = {"[]": (f"{core} ++ {a}", f"{a} ++ {core}"), "1": (f"{a} * ({core})", f"{a} + ({core}) - 1")}.get(
        start, (f"{a} + ({core})", f"({core}) - {start} + {a}")
    )
    lemmas = [d.name for d in definitions(context.statement.header)]
    for k, form in enumerate(forms if start not in ("true", "false") else (f"({a} && {core})", f"({a} || {core})")):
        yield Move(
            f"have {lemma} : ∀ {a}, {free} = ({form}){tail} := by\n  induction {over} <;> {closer(lemmas)}\n"
            f"first | (solve | simp [{lemma}]) | (have := {lemma} {start}; simp at this; omega) | {GRIND}",
            24 / (1 + k),
        )


def _growing(context: Context) -> Iterator[Move]:
    """A fold that starts at a variable, in an inequality: it never falls below its start."""
    goal = context.goal
    if goal.head not in ("LE.le", "LT.lt", "∀"):
        return
    kinds = {h.name: h.type for h in goal.hypotheses if h.kind == "data" and h.accessible}
    for function, start, xs in re.findall(rf"List\.foldl ({_ARGUMENT}) ({_ARGUMENT}) ([\w'₀-₉]+)", goal.target):
        if not kinds.get(xs, "").startswith("List "):
            continue
        lemma, ys, a = fresh(names(goal), "hacc", "ys", "a")
        others = f" generalizing {start}" if start in kinds else ""
        have = f"have {lemma} : ∀ ({ys} : {kinds[xs]}) {a}, {a} ≤ {ys}.foldl {function} {a} := by\n  intro {ys}\n  induction {ys} <;> {closer([])}"
        yield Move(have, 6)
        yield Move(f"{have}\ninduction {xs}{others} <;> {closer([])}", 15)
