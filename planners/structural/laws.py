"""Plans that state laws of the recursive functions that the header defines: what they do to ++, to the second argument, with more behind it."""

import itertools
import re
from collections.abc import Iterator

from planners.structural.equations import Function, Term, Values, functions
from planners.structural.idea import Idea, Situation, chain, speaks
from planners.structural.inductions import by_cases
from prover.policy.automation.header import Definition, definitions
from prover.policy.automation.text import NATURAL, relation, variables, words

_STEPS = ("{call} + {other}", "{call} + 1", "{call} + {same}", "{call} * {other}", "{call}", "{call} + {other} + {same}")


def appended(situation: Situation) -> Iterator[Idea]:
    """What a function of a list does to xs ++ ys, in the ways that there are; the checks find out which of them holds."""
    listed = [d for d in definitions(situation.header) if d.name in words(situation.goal.target)]
    for function in listed:
        places = [k for k, type_ in enumerate(function.arguments) if type_.startswith("List ")]
        for place in places[:1]:
            name, xs, ys = situation.fresh("append", "xs", "ys")
            for law in _laws(function, place, xs, ys):
                yield chain([(name, law)], f"{function.name} of {xs} ++ {ys}", 6)


def second_argument(situation: Situation) -> Iterator[Idea]:
    """A function of two naturals, recursive in the first: what it does to 0 and k + 1 in the second; and the same the other way round."""
    known = functions(situation.goal, situation.header)
    values = Values(known)
    zero, after, n, k = situation.fresh("zero", "after", "n'", "k")
    for function in (f for f in known.values() if f.arity == 2 and f.name in words(situation.goal.target)):
        at_zero = _at_zero(function, values, n)
        step = next((text for text in _STEPS if _holds(function, values, text)), None)
        if at_zero is None or step is None:
            continue
        call = f"{function.name} {n} {k}"
        shown = step.format(call=call, other=n, same=k)
        lemmas = [(zero, f"({n} : Nat) : {function.name} {n} 0 = {at_zero}"), (after, f"({n} {k} : Nat) : {function.name} {n} ({k} + 1) = {shown}")]
        for v in [v.name for v in variables(situation.goal, NATURAL) if speaks(situation.goal.target, v.name)][:2]:
            yield chain(lemmas, f"{function.name} by its second argument, and induction on {v}", 9, by_cases(situation, v))
        yield chain(lemmas, f"{function.name} by its second argument", 7)


def continued(situation: Situation) -> Iterator[Idea]:
    """f (g x) s = r, with lists from g: the same with anything behind g x (as compilers are proved right)."""
    split = relation(situation.goal.target)
    if split is None or split[1] != "=":
        return
    listing = [d for d in definitions(situation.header) if d.result.startswith("List ") and len(d.arguments) == 1]
    kinds = {h.name: h.type for h in situation.goal.hypotheses if h.kind == "data"}
    for inner, outer in itertools.product(listing, definitions(situation.header)):
        found = re.fullmatch(rf"{re.escape(outer.name)} \({re.escape(inner.name)} (\w+)\)((?: (?:\w+|\[[^\]]*\]))*)", split[0])
        if found is None or found.group(1) not in kinds:
            continue
        name, x, p, s = situation.fresh("continued", "x", "p", "s")
        variable, rest = found.group(1), found.group(2).strip()
        if rest.count(" "):
            continue
        last = re.escape(rest)
        result = re.sub(r"\[([^\[\],]+)\]$" if rest == "[]" else rf"(?<![\w.]){last}$", rf"\1 :: {s}" if rest == "[]" else s, split[2])
        result = re.sub(rf"(?<![\w.]){re.escape(variable)}(?![\w'])", x, result)
        text = f"({x} : {kinds[variable]}) : ∀ {p} {s}, {outer.name} ({inner.name} {x} ++ {p}) {s} = {outer.name} {p} ({result})"
        yield chain([(name, text)], f"{inner.name}, with more behind it", 8)


def _laws(function: Definition, place: int, xs: str, ys: str) -> Iterator[str]:
    kind = function.arguments[place]
    others = [(f"a{k}", type_) for k, type_ in enumerate(function.arguments) if k != place]
    letters = [x for x, _ in others]
    lists = f"({xs} {ys} : {kind})"
    binders = lists + "".join(f" ({x} : {type_})" for x, type_ in others)
    whole, first, second = (" ".join([function.name, *letters[:place], list_, *letters[place:]]) for list_ in (f"({xs} ++ {ys})", xs, ys))
    if place == 0 and [type_ for _, type_ in others] == [function.result]:
        yield f"{lists} : ∀ a1, {whole} = {function.name} {ys} ({first})"
    elif function.result.startswith("List "):
        yield f"{binders} : {whole} = {first} ++ {second}"
        yield f"{binders} : {whole} = {second} ++ {first}"
    elif function.result in NATURAL:
        yield f"{binders} : {whole} = {first} + {second}"
    elif function.result == "Bool":
        yield f"{binders} : {whole} = ({first} && {second})"


def _at_zero(function: Function, values: Values, n: str) -> str | None:
    shown: dict[str, Term] = {"0": 0, "1": 1, n: "n", f"{n} + 1": ("+", "n", 1)}
    for text, term in shown.items():
        if all((value := values.at((function.name, a, 0), {})) is not None and value == values.at(term, {"n": a}) for a in range(6)):
            return text
    return None


def _holds(function: Function, values: Values, text: str) -> bool:
    for n, k in itertools.product(range(5), range(5)):
        here, there = values.at((function.name, n, k), {}), values.at((function.name, n, k + 1), {})
        if here is None or there is None:
            return False
        scope = {"here": here, "n": n, "k": k}
        term = text.format(call="here", other="n", same="k")
        total = _total(term, scope)
        if total != there:
            return False
    return True


def _total(term: str, scope: dict[str, int]) -> int:
    """The value of one of the steps above."""
    if " * " in term:
        a, b = term.split(" * ")
        return scope[a] * scope[b]
    return sum(int(part) if part.isdecimal() else scope[part] for part in term.split(" + "))
