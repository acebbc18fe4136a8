"""Moves of the Boyer–Moore waterfall inside an induction: cross-fertilise, generalise, and a second induction.

R. S. Boyer and J S. Moore, A Computational Logic (1979), chapters 10–12. What a recursive function returned becomes a variable, the
induction hypothesis is spent on what it stands for, and what remains is proved by an induction of its own. Also lemmas about what a
function of the header does to a list: its members, its length, its sum. Each failure costs a simplification and a `grind`.
"""

import re
from collections.abc import Iterator

from prover.policy.automation.header import Definition, definitions
from prover.policy.automation.moves import GRIND, Context, Move
from prover.policy.automation.recursion import closer, rules
from prover.policy.automation.text import NATURAL, facts, fresh, mentions, names, relation
from prover.proof.state import Goal

_CALL = r"(?<![\w.']){}((?: (?:\((?:[^()]|\([^()]*\))*\)|\[[^\[\]]*\]|[\w'₀-₉]+))+)"


def generalisation(context: Context) -> Iterator[Move]:
    goal = context.goal
    hypotheses = [h for h in facts(goal) if re.match(r"ih\d*\w*$", h.name)]
    if not hypotheses:
        return
    lemmas = rules(context)
    keep = [h.name for h in facts(goal) if h.name.startswith("hlem")]
    for h in hypotheses:
        for term in _shared_calls(goal, h.type, lemmas):
            new = fresh(names(goal), "l")[0]
            yield Move(f"simp only [{', '.join(lemmas)}]\ngeneralize {term} = {new} at *\ninduction {new} <;> {closer([*lemmas, *keep])}", 12)
            yield from _fertilised(goal, h.name, h.type, term, lemmas)


def _shared_calls(goal: Goal, hypothesis: str, lemmas: list[str]) -> list[str]:
    """Calls of the header's functions on variables, in the hypothesis: what becomes a variable."""
    found: list[str] = []
    for f in lemmas:
        for call in re.finditer(_CALL.format(re.escape(f)), hypothesis):
            arguments = call.group(1).split()
            if all(x in names(goal) for x in arguments):
                found.append(call.group())
    return list(dict.fromkeys(found))[:2]


def _fertilised(goal: Goal, name: str, hypothesis: str, term: str, lemmas: list[str]) -> Iterator[Move]:
    """The right side of the hypothesis is replaced by its left in the target; then the call is a variable."""
    induction, target = relation(hypothesis), relation(goal.target)
    if induction is None or target is None or induction[1] != "=" or target[1] != "=":
        return
    given = ", ".join([*lemmas, "List.length_cons", "List.sum_cons", "List.map_cons", "List.reverse_cons"])
    new = fresh(names(goal), "l")[0]
    yield Move(f"simp only [{given}]\nrw [← {name}]\ngeneralize {term} = {new}\nclear {name}\ninduction {new} <;> {closer(lemmas)}", 12)


def members(context: Context) -> Iterator[Move]:
    """What a function on lists does to the members, the length and the sum of its argument; each tried, the true ones kept."""
    goal = context.goal
    if any(h.name.startswith("hlem") for h in facts(goal)):
        return
    lemmas = rules(context)
    functions = [d for d in definitions(context.statement.header) if d.name in lemmas and d.result.startswith("List ") and d.result in d.arguments]
    about_members = bool(re.search(r"∈|Pairwise|Perm|\.all|\.any|Nodup|Sublist|∉", goal.target))
    lines: list[str] = []
    for f in functions[:3]:
        lines += _properties(f, about_members, goal, lemmas)
    if not lines:
        return
    lists = [h.name for h in goal.hypotheses if h.kind == "data" and h.accessible and h.type.startswith("List ") and mentions(goal.target, h.name)]
    ends = [f"(induction {x} <;> {_second_induction(functions, lemmas, goal)})" for x in lists[:2]]
    yield Move("\n".join([*lines, f"first | {' | '.join([*ends, 'skip'])}"]), 16 if len(functions) > 1 else 6)


def _second_induction(functions: list[Definition], lemmas: list[str], goal: Goal) -> str:
    """Ends a case of the induction over the argument, if need be by an induction over what the recursive call returned."""
    ending = closer([*lemmas, "List.pairwise_cons"] if "Pairwise" in goal.target else lemmas)
    again = [
        f"(simp only [{', '.join(lemmas)}]; generalize {' '.join([f.name, *('_' * len(f.arguments))])} = l at *; induction l <;> {ending})"
        for f in functions
    ]
    return " | ".join([f"first | ({ending})", *again])


def _properties(f: Definition, about_members: bool, goal: Goal, lemmas: list[str]) -> Iterator[str]:
    at = f.arguments.index(f.result)
    letters = [f"a{k}" for k in range(len(f.arguments))]
    letters[at] = "l"
    call = " ".join([f.name, *letters])
    binders = " ".join(f"({x} : {t})" for x, t in zip(letters, f.arguments, strict=True))
    element = f.result.removeprefix("List ")
    extra = [x for x, t in zip(letters, f.arguments, strict=True) if t == element]
    statements = []
    if about_members:
        inserted = " ∨ ".join([*(f"y = {x}" for x in extra), "y ∈ l"])
        statements.append(
            [f"(y : {element}), y ∈ {call} ↔ {body}" for body in dict.fromkeys([inserted, *(f"y ∈ l ∧ y ≠ {x}" for x in extra), "y ∈ l"])]
        )
    if "Perm" in goal.target:
        whole = "".join(f"{x} :: " for x in extra)
        statements.append([f"({call}).Perm ({whole}l)"])
        lemmas = [*lemmas, "List.Perm.trans", "List.Perm.swap"]
    if "length" in goal.target:
        statements.append([f"({call}).length = l.length + {len(extra)}", f"({call}).length = l.length", f"({call}).length ≤ l.length"])
    if "sum" in goal.target and element in NATURAL:
        statements.append([f"({call}).sum = {' + '.join([*extra, 'l.sum'])}", f"({call}).sum = l.sum"])
    others = [x for x, t in zip(letters, f.arguments, strict=True) if t == f.result and x != "l"]
    general = f" generalizing {' '.join(others)}" if others else ""
    for names_, options in zip(fresh(names(goal), *(f"hlem{k}" for k in range(len(statements)))), statements, strict=True):
        attempts = []
        for statement in options:
            variable = " y" if statement.startswith("(y") else ""
            comma = "" if variable else ","
            given = ", ".join(lemmas)
            proof = f"intro {' '.join(letters)}{variable}; induction l{general} <;> first | {GRIND} [{given}] | (solve | simp_all [{given}])"
            attempts.append(f"| have {names_} : ∀ {binders}{comma} {statement} := by {proof}")
        yield "first\n" + "\n".join([*attempts, "| skip"])


def spreading(context: Context) -> Iterator[Move]:
    """A term that stands on both sides becomes a variable, and the induction goes over it."""
    goal = context.goal
    target = relation(goal.target)
    if target is None or target[1] != "=" or not any(h.name.startswith("ih") for h in facts(goal)):
        return
    lemmas = rules(context)
    variables = [h.name for h in goal.hypotheses if h.kind == "data" and h.accessible and h.type.startswith("List ")]
    for x in variables:
        if f"{x}.reverse" in goal.pp:
            new = fresh(names(goal), "l")[0]
            given = ", ".join([*lemmas, "List.reverse_cons"])
            rewrites = "".join(f"try rw [{h.name}]\n" for h in facts(goal) if h.name.startswith("ih"))
            yield Move(f"simp [{given}]\n{rewrites}generalize {x}.reverse = {new}\ninduction {new} <;> {closer(lemmas)}", 10)
