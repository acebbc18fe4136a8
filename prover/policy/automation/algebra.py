"""Polynomials, as read from Lean's pretty-printed terms.

A term that is not a sum, product, quotient or natural power is an atom and stands for itself (``f (n + 1)``, ``x ^ n``).
"""

import re
from collections.abc import Iterable

Monomial = tuple[tuple[str, int], ...]
"""Atoms with their exponents, sorted by atom; () is the constant."""

Polynomial = dict[Monomial, int]
"""Coefficients, none of them zero."""

Fraction = tuple[Polynomial, Polynomial]
"""Numerator and denominator, not reduced."""

ONE: Polynomial = {(): 1}
MOST_TERMS = 200
LARGEST_EXPONENT = 12
_TOKEN = re.compile(r"\s*(?:(\d+)|([^\W\d][\w.'₀-₉!?]*)|(.))")
_ATOM_END = frozenset("+-*^)]},=<>≤≥≠%∣∧∨→↔/:⁻")


class _Unreadable(Exception):
    """Not a polynomial as far as this reader goes."""


def fraction(text: str) -> Fraction | None:
    """Numerator and denominator of what a term denotes, or None."""
    reader = _Reader(text)
    try:
        result = reader.sum()
    except (_Unreadable, RecursionError):
        return None
    return result if reader.finished() else None


def polynomial(text: str) -> Polynomial | None:
    """The polynomial that a term denotes, or None."""
    result = fraction(text)
    return result[0] if result is not None and result[1] == ONE else None


def add(p: Polynomial, q: Polynomial, factor: int = 1) -> Polynomial:
    result = dict(p)
    for monomial, c in q.items():
        result[monomial] = result.get(monomial, 0) + factor * c
    return {monomial: c for monomial, c in result.items() if c}


def multiply(p: Polynomial, q: Polynomial) -> Polynomial:
    result: Polynomial = {}
    if len(p) * len(q) > MOST_TERMS * 4:
        raise _Unreadable
    for m, a in p.items():
        for n, b in q.items():
            product = _times(m, n)
            result[product] = result.get(product, 0) + a * b
    return {monomial: c for monomial, c in result.items() if c}


def _times(m: Monomial, n: Monomial) -> Monomial:
    exponents = dict(m)
    for atom, e in n:
        exponents[atom] = exponents.get(atom, 0) + e
    return tuple(sorted((atom, e) for atom, e in exponents.items() if e))


def divide(p: Polynomial, d: Polynomial) -> tuple[Polynomial, Polynomial]:
    """Quotient and remainder for the lexicographic order; integer coefficients only (what does not divide stays in the remainder)."""
    quotient: Polynomial = {}
    remainder: Polynomial = {}
    rest = dict(p)
    if not d:
        return {}, rest
    lead = _leading(d)
    for _ in range(MOST_TERMS):
        if not rest:
            break
        top = _leading(rest)
        factor = _over(top, lead)
        if factor is None or rest[top] % d[lead]:
            remainder[top] = rest.pop(top)
            continue
        term = {factor: rest[top] // d[lead]}
        quotient = add(quotient, term)
        rest = add(rest, multiply(term, d), -1)
    return quotient, add(remainder, rest)


def _leading(p: Polynomial) -> Monomial:
    atoms = sorted({atom for monomial in p for atom, _ in monomial})
    return max(p, key=lambda monomial: tuple(dict(monomial).get(atom, 0) for atom in atoms))


def _over(m: Monomial, n: Monomial) -> Monomial | None:
    exponents = dict(m)
    for atom, e in n:
        exponents[atom] = exponents.get(atom, 0) - e
    if any(e < 0 for e in exponents.values()):
        return None
    return tuple(sorted((atom, e) for atom, e in exponents.items() if e))


def substitute(p: Polynomial, atom: str, value: Polynomial) -> Polynomial:
    """p with an atom replaced, where it occurs to the first power."""
    result: Polynomial = {}
    for monomial, c in p.items():
        exponents = dict(monomial)
        if exponents.get(atom) == 1:
            rest = tuple((a, e) for a, e in monomial if a != atom)
            result = add(result, multiply({rest: c}, value))
        else:
            result = add(result, {monomial: c})
    return result


def show(p: Polynomial) -> str:
    """A term that denotes the polynomial."""
    if not p:
        return "0"
    parts: list[str] = []
    for monomial, c in sorted(p.items(), key=lambda item: (-sum(e for _, e in item[0]), item[0])):
        factors = [f"{_bracketed(a)} ^ {e}" if e > 1 else _bracketed(a) for a, e in monomial]
        if abs(c) != 1 or not factors:
            factors.insert(0, str(abs(c)))
        sign = ("- " if parts else "-") if c < 0 else ("+ " if parts else "")
        parts.append(sign + " * ".join(factors))
    return " ".join(parts)


def _bracketed(atom: str) -> str:
    return f"({atom})" if " " in atom else atom


def atoms(p: Iterable[Monomial]) -> set[str]:
    return {atom for monomial in p for atom, _ in monomial}


class _Reader:
    """Recursive descent over sums, products, quotients, powers and atoms; values are (numerator, denominator)."""

    def __init__(self, text: str) -> None:
        self._tokens = [m.group(m.lastindex or 0) for m in _TOKEN.finditer(text) if m.lastindex and m.group(m.lastindex).strip()]
        self._at = 0

    def finished(self) -> bool:
        return self._at == len(self._tokens)

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def sum(self) -> Fraction:
        top, bottom = self._product()
        while self._peek() in ("+", "-"):
            sign = 1 if self._take() == "+" else -1
            other, under = self._product()
            if under == bottom:
                top = add(top, other, sign)
            else:
                top, bottom = add(multiply(top, under), multiply(other, bottom), sign), multiply(bottom, under)
        return top, bottom

    def _product(self) -> Fraction:
        if self._peek() == "-":
            self._take()
            top, bottom = self._product()
            return add({}, top, -1), bottom
        top, bottom = self._power()
        while self._peek() in ("*", "/"):
            quotient = self._take() == "/"
            other, under = self._power()
            if quotient:
                other, under = under, other
            top, bottom = multiply(top, other), multiply(bottom, under)
        return top, bottom

    def _power(self) -> Fraction:
        top, bottom = self._application()
        if self._peek() != "^":
            return top, bottom
        self._take()
        exponent, one = self._power()
        if one != ONE:
            raise _Unreadable
        return _raise(top, exponent), ONE if bottom == ONE else _raise(bottom, exponent)

    def _application(self) -> Fraction:
        """A numeral, a bracket, or an identifier with the arguments that follow it (an atom)."""
        token = self._take()
        if token.isdecimal() and len(token) < 40:
            return ({(): int(token)} if int(token) else {}), ONE
        if token == "↑":
            return self._application()
        if token == "(":
            inside = self.sum()
            if self._take() != ")":
                raise _Unreadable
            return inside
        if not (token[:1].isalpha() or token[:1] == "_"):
            raise _Unreadable
        parts = [token]
        while self._peek() and self._peek() not in _ATOM_END:
            parts.append(self._argument())
        return {((" ".join(parts), 1),): 1}, ONE

    def _argument(self) -> str:
        token = self._take()
        if token != "(":
            if token[:1].isalnum() or token[:1] == "_":
                return token
            raise _Unreadable
        depth, parts = 1, [token]
        while depth:
            token = self._take()
            if not token:
                raise _Unreadable
            depth += (token == "(") - (token == ")")
            parts.append(token)
        return re.sub(r"\( | \)", lambda m: m.group().strip(), " ".join(parts))


def _raise(base: Polynomial, exponent: Polynomial) -> Polynomial:
    """base ^ exponent; a symbolic exponent makes an atom, with its constant part split off: x ^ (n + 1) is x ^ n · x."""
    constant = exponent.get((), 0)
    symbolic = {monomial: c for monomial, c in exponent.items() if monomial}
    if constant < 0 or constant > LARGEST_EXPONENT:
        raise _Unreadable
    result: Polynomial = ONE
    for _ in range(constant):
        result = multiply(result, base)
    if symbolic:
        shown = show(symbolic)
        power = shown if re.fullmatch(r"\w+", shown) else f"({shown})"
        result = multiply(result, {((f"{_bracketed(show(base))} ^ {power}", 1),): 1})
    return result
