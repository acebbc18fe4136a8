"""Plans that state what a recursive function is, guessed from its first values.

Polynomials by their differences (Newton), geometric growth, polynomials on each residue class of the argument, periods modulo a number, periods of
truth values; for functions of two arguments, of their rows, columns and diagonals.
"""

import itertools
import math
from collections.abc import Iterator
from fractions import Fraction

from planners.structural.equations import Function, Term, Values, calls, functions
from planners.structural.idea import Idea, Situation, chain
from prover.policy.automation.text import binders, conclusion, facts, moduli, replaced, variables, words

_LENGTH = 14
_DEGREE = 4
_LONGEST_PERIOD = 24


def closed_forms(situation: Situation) -> Iterator[Idea]:
    known = functions(situation.goal, situation.header)
    values = Values(known)
    spoken = {name: function for name, function in known.items() if name in words(situation.goal.target)}
    for function in spoken.values():
        yield from _whole(situation, function, values)
        yield from _rows(situation, function, values)
        yield from _modulo(situation, function, values)
    yield from _together(situation, known, values)


def _whole(situation: Situation, function: Function, values: Values) -> Iterator[Idea]:
    """f k, or f of the residue classes of k."""
    if function.arity != 1:
        return
    name, k = situation.fresh("closed", "k")
    sequence = values.sequence((function.name, k), k, 4 * _LENGTH)
    if sequence is None:
        return
    if function.kind == "Bool":
        yield from _truth(situation, function, sequence)
    elif (text := _formula(sequence[:_LENGTH], f"{function.name} {k}", k, function.kind)) is not None:
        if text not in [replaced(situation.goal.target, {v.name: k}) for v in variables(situation.goal)]:  # else it is the goal
            yield chain([(name, f"({k} : Nat) : {text}")], f"{function.name} has a closed form", 9)
    else:
        yield from _by_residue(situation, function, sequence, k)


def _by_residue(situation: Situation, function: Function, sequence: list[int], k: str) -> Iterator[Idea]:
    """A polynomial on each residue class; with what a recurrence makes of a whole period, and the powers of -1."""
    name, leap, even, odd = situation.fresh("closed", "leap", "even", "odd")
    for period in (2, 3, 4):
        parts = [_formula(sequence[r::period], _call(function.name, _sum(period, k, r)), k, function.kind) for r in range(period)]
        if any(part is None for part in parts):
            continue
        lemmas = []
        if "(-1) ^" in " ".join(h.type for h in facts(situation.goal)) and function.kind == "Int":
            lemmas += [(even, f"({k} : Nat) : (-1 : Int) ^ (2 * {k}) = 1"), (odd, f"({k} : Nat) : (-1 : Int) ^ (2 * {k} + 1) = -1")]
        gains = _polynomial([b - a for a, b in itertools.pairwise(sequence[::period])])
        if gains is not None and all(c.denominator == 1 and (c >= 0 or function.kind == "Int") for c in gains):
            gain = _sum_of([int(c) for c in gains], k if function.kind == "Nat" else f"({k} : Int)")
            lemmas.append((leap, f"({k} : Nat) : {function.name} ({period} * {k} + {period}) = {function.name} ({period} * {k}) + ({gain})"))
        lemmas.append((name, f"({k} : Nat) : {' ∧ '.join(part for part in parts if part is not None)}"))
        yield chain(lemmas, f"{function.name} by its argument modulo {period}", 9)
        return


def _truth(situation: Situation, function: Function, sequence: list[int]) -> Iterator[Idea]:
    """A truth value that is true, or false, for one residue."""
    name, k = situation.fresh("closed", "k")
    period = _period(sequence)
    if period is None:
        return
    for sign, wanted in (("==", 1), ("!=", 0)):
        if sequence[:period].count(wanted) == 1:
            residue = sequence.index(wanted)
            yield chain([(name, f"({k} : Nat) : {function.name} {k} = ({k} % {period} {sign} {residue})")], f"{function.name} has period {period}", 9)


def _rows(situation: Situation, function: Function, values: Values) -> Iterator[Idea]:
    """f k c, f c k for the numerals c that it is called with, and smaller ones; f k k. All that are found make one plan."""
    if function.arity != 2:
        return
    k = situation.fresh("k")[0]
    given = [replaced(conclusion(h.type), dict.fromkeys(binders(h.type), k)) for h in facts(situation.goal)]
    found: list[str] = []
    shapes: list[tuple[Term, str]] = []
    for place in (0, 1):
        constants = [int(call[place]) for call in calls(situation.goal.target, function) if call[place].isdecimal()]
        for constant in range(min(max(constants, default=-1), 4) + 1):
            arguments: list[int | str] = [k, constant] if place else [constant, k]
            shapes.append(((function.name, *arguments), f"{function.name} {arguments[0]} {arguments[1]}"))
    if any(not call[0].isdecimal() and call[0] == call[1] for call in calls(situation.goal.target, function)):
        shapes.append(((function.name, k, k), f"{function.name} {k} {k}"))
    for term, shown in shapes:
        sequence = values.sequence(term, k, _LENGTH)
        text = _formula(sequence, shown, k, function.kind) if sequence else None
        if text is not None and text not in given:
            found.append(f"({k} : Nat) : {text}")
    if found:
        yield chain(list(zip(situation.fresh(*["row"] * len(found)), found, strict=True)), f"rows of {function.name}", 8)


def _modulo(situation: Situation, function: Function, values: Values) -> Iterator[Idea]:
    """f repeats itself modulo the moduli of the goal."""
    if function.arity != 1 or function.kind == "Bool":
        return
    step, reached, k = situation.fresh("period", "reached", "k")
    sequence = values.sequence((function.name, k), k, 4 * _LENGTH)
    for m in moduli(situation.goal.target)[:2] if sequence else ():
        residues = [value % m for value in sequence or ()]
        if (period := _period(residues)) is None:
            continue
        f = function.name
        repeats = (step, f"({k} : Nat) : {f} ({k} + {period}) % {m} = {f} {k} % {m}")
        zeros = [r for r in range(period) if residues[r] == residues[0]]
        every = zeros[1] if len(zeros) > 1 and period % zeros[1] == 0 and all(z % zeros[1] == 0 for z in zeros) else period
        yield chain([repeats, (reached, f"({k} : Nat) : {f} ({every} * {k}) % {m} = {residues[0]}")], f"{f} modulo {m} has period {period}", 8)


def _together(situation: Situation, known: dict[str, Function], values: Values) -> Iterator[Idea]:
    """Two functions of the goal that differ by a shift and a constant, or one whose accumulator holds values of another."""
    spoken = [f for f in known.values() if f.name in words(situation.goal.target)]
    name, k, n = situation.fresh("linked", "k", "n")
    for f, g in itertools.permutations(spoken, 2):
        if f.arity == g.arity == 1 and f.kind == g.kind != "Bool":
            left, right = values.sequence((f.name, k), k, _LENGTH), values.sequence((g.name, k), k, _LENGTH + 4)
            for shift in range(4) if left and right else ():
                gap = {b - a for a, b in zip(left or (), (right or [])[shift:], strict=False)}
                if len(gap) == 1 and -5 <= (c := gap.pop()) <= 5:
                    claim = f"{f.name} {k}{f' + {c}' if c > 0 else ''} = {_call(g.name, _sum(1, k, shift))}{f' + {-c}' if c < 0 else ''}"
                    yield chain([(name, f"({k} : Nat) : {claim}")], f"{f.name} is {g.name}, moved", 6)
        if f.arity == 3 and g.arity == 1:
            moved = (f.name, "n", (g.name, "k"), (g.name, ("+", "k", 1)))
            if _equal(values, moved, (g.name, ("+", "k", "n")), "n", "k"):
                text = f"({n} {k} : Nat) : {f.name} {n} ({g.name} {k}) ({g.name} ({k} + 1)) = {g.name} ({k} + {n})"
                yield chain([(name, text)], f"the accumulators of {f.name} hold values of {g.name}", 9)
        if f.arity == 2 and g.arity == 1:
            for operation, order in itertools.product("+*", ((n, k), (k, n))):
                if _equal(values, (f.name, *order), (operation, k, (g.name, n)), n, k):
                    text = f"({n} {k} : Nat) : {f.name} {' '.join(order)} = {k} {operation} {g.name} {n}"
                    yield chain([(name, text)], f"{f.name} accumulates {g.name}", 9)


def _equal(values: Values, left: Term, right: Term, n: str, k: str) -> bool:
    """Whether two terms have the same small values."""
    for a, b in itertools.product(range(5), range(4)):
        value = values.at(left, {n: a, k: b})
        if value is None or value != values.at(right, {n: a, k: b}):
            return False
    return True


def _formula(sequence: list[int], shown: str, k: str, kind: str) -> str | None:
    """An equation that says what the sequence is, without division and, on naturals, without subtraction."""
    if len(sequence) < 3:
        return None
    coefficients = _polynomial(sequence)
    if coefficients is not None:
        scale = math.lcm(*(c.denominator for c in coefficients))
        whole = [int(c * scale) for c in coefficients]
        left = f"{scale} * {shown}" if scale > 1 else shown
        if kind == "Nat":
            negative = _sum_of([max(-c, 0) for c in whole], k)
            return f"{left}{f' + ({negative})' if negative != '0' else ''} = {_sum_of([max(c, 0) for c in whole], k)}"
        return f"{left} = {_sum_of(whole, k if kind == 'Nat' else f'({k} : Int)')}"
    growth = _geometric(sequence)
    if growth is None:
        return None
    base, factor, constant, scale = growth
    left = f"{scale} * {shown}" if scale > 1 else shown
    power = f"{base} ^ {k}" if base >= 0 else f"({base}) ^ {k}"
    power = f"{factor} * {power}" if factor != 1 else power
    if constant >= 0:
        return f"{left} = {power}{f' + {constant}' if constant else ''}"
    return f"{left} + {-constant} = {power}"


def _polynomial(sequence: list[int]) -> list[Fraction] | None:
    """Coefficients, the constant first, of the polynomial of degree at most four that goes through all values; two more than it needs decide."""
    rows, row = [sequence[0]], sequence
    while any(row):
        row = [b - a for a, b in itertools.pairwise(row)]
        if len(rows) > _DEGREE or len(row) < 2:
            return None
        rows.append(row[0])
    result, basis = [Fraction(0)], [Fraction(1)]
    for index, difference in enumerate(rows):
        result = [a + difference * b for a, b in itertools.zip_longest(result, basis, fillvalue=Fraction(0))]
        basis = [(low - index * high) / (index + 1) for low, high in zip([Fraction(0), *basis], [*basis, Fraction(0)], strict=True)]
    while len(result) > 1 and result[-1] == 0:
        result.pop()
    return result


def _geometric(sequence: list[int]) -> tuple[int, int, int, int] | None:
    """b, f, c and s with s · a k = f · bᵏ + c."""
    steps = [b - a for a, b in itertools.pairwise(sequence)]
    if len(steps) < 4 or steps[0] == 0 or steps[1] % steps[0]:
        return None
    base = steps[1] // steps[0]
    if base in (0, 1) or any(b != base * a for a, b in itertools.pairwise(steps)):
        return None
    factor = Fraction(steps[0], base - 1)
    return base, factor.numerator, int(sequence[0] * factor.denominator - factor.numerator), factor.denominator


def _sum_of(coefficients: list[int], k: str) -> str:
    parts: list[str] = []
    for exponent in reversed(range(len(coefficients))):
        c = coefficients[exponent]
        if c:
            power = "" if exponent == 0 else k if exponent == 1 else f"{k} ^ {exponent}"
            body = " * ".join(filter(None, [str(abs(c)) if abs(c) != 1 or not power else "", power]))
            parts.append((" - " if c < 0 else " + ") + body if parts else f"-({body})" if c < 0 else body)
    return "".join(parts) or "0"


def _period(sequence: list[int]) -> int | None:
    return next(
        (p for p in range(1, min(_LONGEST_PERIOD, len(sequence) // 2) + 1) if all(a == b for a, b in zip(sequence, sequence[p:], strict=False))), None
    )


def _sum(factor: int, k: str, constant: int) -> str:
    product = f"{factor} * {k}" if factor > 1 else k
    return f"({product} + {constant})" if constant else f"({product})" if factor > 1 else k


def _call(function: str, argument: str) -> str:
    return f"{function} {argument}"
