"""Functions on numbers that are given by equations, read from hypotheses and from a header's definitions, and their values.

`F (n + 2) = F (n + 1) + F n` is a rule; a call is the right side of the first rule that fits. Pure, bounded, and wrong at worst: what is guessed
from the values is only proposed.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from prover.policy.automation.text import INTEGRAL, NATURAL, conclusion, facts, relation
from prover.proof.state import Goal

Term = int | str | tuple["Term", ...]
"""A number, a variable, or an operation or function with its arguments: ("+", "n", 1), ("F", "n")."""

_TOKEN = re.compile(r"\s*(?:(\d+)|([^\W\d][\w.'₀-₉]*)|([-+*/%^()])|↑)")
_PATTERN = re.compile(r"(\d+)|([^\W\d][\w']*)|\(?([^\W\d][\w']*) \+ (\d+)\)?|\.?(\w+)")
_CALL = re.compile(r"([^\W\d][\w.'₀-₉]*)((?: (?:\([^()]*\)|[\w']+))+)")
_DEFINED = re.compile(r"(?m)^def ([^\W\d][\w.'₀-₉]*)((?: \([^()]*\))*) : ([^|\n:]*)\n((?:[ \t]*\|[^\n]*\n?)+)")
_MOST_CALLS = 20_000
_LARGEST = 10**60
_TRUTH = {"true": 1, "false": 0}


class _Unknown(Exception):
    """No rule fits, or it takes too long."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Patterns: a variable or None, and what is added to it."""

    patterns: tuple[tuple[str | None, int], ...]
    right: Term


@dataclass(frozen=True, slots=True)
class Function:
    """Attributes:
    kind: Nat, Int or Bool: what its values are.
    """

    name: str
    arity: int
    kind: str
    rules: tuple[Rule, ...]


@dataclass(slots=True)
class Values:
    """The values of some functions, computed once each."""

    functions: Mapping[str, Function]
    _known: dict[tuple[str, tuple[int, ...]], int] = field(default_factory=dict)
    _calls: int = 0

    def sequence(self, term: Term, variable: str, length: int = 12) -> list[int] | None:
        """A term's values as its variable goes from 0 upwards; None where they are not known."""
        values = [self.at(term, {variable: k}) for k in range(length)]
        known = [value for value in values if value is not None]
        return known if len(known) == length else None

    def at(self, term: Term, scope: Mapping[str, int]) -> int | None:
        """A term's value; None where it is not known."""
        try:
            return self._value(term, scope)
        except (_Unknown, RecursionError):
            return None

    def _value(self, term: Term, scope: Mapping[str, int], natural: bool = False) -> int:
        match term:
            case int():
                return term
            case str():
                if term in scope:
                    return scope[term]
                raise _Unknown
            case (str(head), *arguments):
                inner = [self._value(argument, scope, natural) for argument in arguments]
                return self._applied(head, inner) if head in self.functions else _operated(head, inner, natural)
        raise _Unknown

    def _applied(self, name: str, arguments: Sequence[int]) -> int:
        call = (name, tuple(arguments))
        if call not in self._known:
            self._calls += 1
            function = self.functions[name]
            if self._calls > _MOST_CALLS or len(arguments) != function.arity:
                raise _Unknown
            for rule in function.rules:
                scope = _matched(rule.patterns, call[1])
                if scope is not None:
                    self._known[call] = self._value(rule.right, scope, function.kind == "Nat")
                    break
            else:
                raise _Unknown
        return self._known[call]


def functions(goal: Goal, header: str) -> dict[str, Function]:
    """The functions that equations define: those among the hypotheses, and the header's."""
    found = {function.name: function for function in _defined(header)}
    for h in goal.hypotheses:
        *domains, codomain = h.type.split(" → ")
        if h.kind == "data" and domains and set(domains) <= NATURAL and codomain in INTEGRAL:
            rules = tuple(
                rule for fact in facts(goal) if (rule := _rule(h.name, conclusion(fact.type))) is not None and len(rule.patterns) == len(domains)
            )
            if rules:
                kind = "Nat" if codomain in NATURAL else "Int"
                found[h.name] = Function(
                    h.name, len(domains), kind, tuple(sorted(rules, key=lambda rule: sum(p[0] is not None for p in rule.patterns)))
                )
    return found


def term(text: str) -> Term | None:
    """What a text says, if it is made of numbers, variables, calls, + - * / % and ^. A name with something behind it is a call."""
    tokens: list[str] = []
    at = 0
    while at < len(text.rstrip()):
        token = _TOKEN.match(text, at)
        if token is None:
            return None
        at = token.end()
        if token.lastindex:
            tokens.append(token.group(token.lastindex))
    reader = _Reader(tokens)
    try:
        result = reader.sum()
    except (_Unknown, RecursionError):
        return None
    return result if reader.at == len(tokens) else None


def calls(text: str, function: Function) -> list[tuple[str, ...]]:
    """The arguments, as text, that a function is called with."""
    found = []
    for name, arguments in _CALL.findall(text):
        listed = re.findall(r"\([^()]*\)|[\w']+", arguments)
        if name == function.name and len(listed) >= function.arity:
            found.append(tuple(listed[: function.arity]))
    return list(dict.fromkeys(found))


def _rule(name: str, equation: str) -> Rule | None:
    split = relation(equation)
    if split is None or split[1] != "=" or not split[0].startswith(f"{name} "):
        return None
    patterns = [_pattern(text) for text in re.findall(r"\([^()]*\)|[\w']+", split[0].removeprefix(name))]
    right = term(split[2])
    if right is None or any(pattern is None for pattern in patterns):
        return None
    return Rule(tuple(pattern for pattern in patterns if pattern is not None), right)


def _defined(header: str) -> list[Function]:
    """Definitions by cases on naturals, a clause on each line."""
    found = []
    for name, binders, type_, body in _DEFINED.findall(header):
        fixed = [x for group in re.findall(r"\(([^():]*):[^()]*\)", binders) for x in group.split()]
        *domains, codomain = re.split(r" (?:→|->) ", type_.strip())
        if not set(domains) <= NATURAL or codomain not in INTEGRAL | {"Bool"} or ("List" in binders):
            continue
        rules = []
        for clause in body.strip().splitlines():
            left, _, right = clause.strip().removeprefix("|").partition("=>")
            patterns = [*((x, 0) for x in fixed), *(_pattern(text.strip()) for text in left.split(","))]
            value = term(right)
            if value is None or any(pattern is None for pattern in patterns):
                break
            rules.append(Rule(tuple(pattern for pattern in patterns if pattern is not None), value))
        else:
            kind = "Bool" if codomain == "Bool" else "Nat" if codomain in NATURAL else "Int"
            found.append(Function(name, len(fixed) + len(domains), kind, tuple(rules)))
    return found


def _pattern(text: str) -> tuple[str | None, int] | None:
    match = _PATTERN.fullmatch(text)
    if match is None:
        return None
    numeral, variable, base, offset, _ = match.groups()
    if numeral:
        return None, int(numeral)
    return (base, int(offset)) if base else (variable, 0) if variable else None


def _matched(patterns: Sequence[tuple[str | None, int]], arguments: Sequence[int]) -> dict[str, int] | None:
    scope = {}
    for (variable, offset), value in zip(patterns, arguments, strict=True):
        if variable is None:
            if value != offset:
                return None
        elif value < offset:
            return None
        else:
            scope[variable] = value - offset
    return scope


def _operated(head: str, arguments: Sequence[int], natural: bool) -> int:
    match head, arguments:
        case "+", [a, b]:
            return a + b
        case "-", [a, b]:
            return max(a - b, 0) if natural else a - b
        case "-", [a]:
            return -a
        case "*", [a, b]:
            return a * b
        case "/", [a, b]:
            return a // b if b else 0
        case "%", [a, b]:
            return a % b if b else a
        case "^", [a, b] if 0 <= b <= 200 and abs(a) ** b < _LARGEST:
            return int(a**b)
    raise _Unknown


class _Reader:
    """Recursive descent over sums, products, powers and calls."""

    def __init__(self, tokens: list[str]) -> None:
        self.tokens, self.at = tokens, 0

    def sum(self) -> Term:
        left = self._product()
        while self._peek() in ("+", "-"):
            left = (self._take(), left, self._product())
        return left

    def _product(self) -> Term:
        left = self._signed()
        while self._peek() in ("*", "/", "%"):
            left = (self._take(), left, self._signed())
        return left

    def _signed(self) -> Term:
        if self._peek() == "-":
            self._take()
            return ("-", self._signed())
        base = self._call()
        if self._peek() == "^":
            self._take()
            return ("^", base, self._signed())
        return base

    def _call(self) -> Term:
        head = self._peek()
        result = self._atom()
        if isinstance(result, str) and result == head and self._starts_atom():
            arguments: list[Term] = []
            while self._starts_atom():
                arguments.append(self._atom())
            return (result, *arguments)
        return result

    def _atom(self) -> Term:
        token = self._take()
        if token == "(":
            inner = self.sum()
            if self._take() != ")":
                raise _Unknown
            return inner
        if token.isdecimal():
            return int(token)
        if token in _TRUTH:
            return _TRUTH[token]
        if token[:1].isalpha() or token[:1] == "_":
            return token
        raise _Unknown

    def _starts_atom(self) -> bool:
        token = self._peek()
        return bool(token) and (token == "(" or token[0].isalnum() or token[0] == "_")

    def _peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def _take(self) -> str:
        token = self._peek()
        self.at += 1
        return token
