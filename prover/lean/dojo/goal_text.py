"""Goals as data, read from their text: for a Lean that only prints its goals (LeanDojo).

Promises: `pp`, `case`, `target`, and the names, types and values of hypotheses are the text's own characters. `kind`, `head` and
`carrier` are guesses from the outermost symbol; what cannot be told is a "prop" without a carrier. Never fails, whatever the text.
Costs about ten microseconds a hypothesis. Knows nothing of processes.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

_TARGET = ("⊢", "|")
"""What a target's line begins with; the second is `conv`'s."""

_BINDERS = {"∀": "∀", "∃": "Exists", "∃!": "ExistsUnique", "fun": "λ", "λ": "λ", "let": "let", "let_fun": "let", "have": "let"}
_BIG = ("∑", "∏", "⋃", "⋂", "⨆", "⨅", "∫")
_LEVELS: Sequence[Mapping[str, str]] = (
    {"↔": "Iff"},
    {"→": "→"},
    {"∨": "Or"},
    {"∧": "And"},
    {"=": "Eq", "≠": "Ne", "<": "LT.lt", "≤": "LE.le", ">": "GT.gt", "≥": "GE.ge", "∣": "Dvd.dvd", "∈": "Membership.mem", "∉": "Not"}
    | {"⊆": "HasSubset.Subset", "⊂": "HasSSubset.SSubset", "≈": "HasEquiv.Equiv", "≡": "ModEq", "≃": "Equiv"},
    {"×": "Prod", "⊕": "Sum"},
)
"""Weakest first; the weakest operator outside all brackets is a type's head."""

_OPERATORS = {symbol: (level, name) for level, names in enumerate(_LEVELS) for symbol, name in names.items()}
_NOT_LEVEL = 4
"""`¬` takes a relation, and no connective."""

_RELATIONS = ("Eq", "Ne", "LT.lt", "LE.le", "GT.gt", "GE.ge", "Dvd.dvd")
_NAMES = {"ℕ": "Nat", "ℤ": "Int", "ℚ": "Rat", "ℝ": "Real", "ℂ": "Complex", "Type": "Sort", "Prop": "Sort", "Sort": "Sort"}
_DATA = {"Nat", "Int", "Rat", "Real", "Complex", "Sort", "Fin", "Bool", "Char", "String", "Unit", "List", "Array", "Option", "Set", "Finset"}
_DATA |= {"Multiset", "Finsupp", "Polynomial", "Matrix", "Prod", "Sum", "Sigma", "Subtype", "Equiv", "ZMod", "NNReal", "ENNReal", "λ", "other"}
_SORTS = {"Prop": "prop", "Type": "data", "Sort": "data"}
_OPEN = "([{⟨⌊⌈"
_DEPTH = dict.fromkeys(_OPEN, 1) | dict.fromkeys(")]}⟩⌋⌉", -1)


_MAX_ARROWS = 20


@dataclass(frozen=True, slots=True)
class _Head:
    """The outermost symbol of a type and the texts on its two sides (after a binder: its body on the right)."""

    name: str
    left: str = ""
    right: str = ""


def goals_of(state: str) -> list[dict[str, object]]:
    """The goals of a state in the wire's form. The texts of the goals, joined by blank lines, are the state's text."""
    return [_goal(text) for text in _split(state)]


def _split(state: str) -> list[str]:
    """A blank line separates goals, but only after a target: a hypothesis may hold a blank line too."""
    goals: list[str] = []
    complete = True
    for part in state.split("\n\n"):
        if complete:
            goals.append(part)
        else:
            goals[-1] += "\n\n" + part
        complete = any(line.startswith(_TARGET) for line in part.split("\n"))
    return goals


def _goal(text: str) -> dict[str, object]:
    case, target, blocks = "", "", list[str]()
    lines = text.split("\n")
    if lines[0].startswith("case "):
        case = lines.pop(0)[len("case ") :].strip()
    for number, line in enumerate(lines):
        if line.startswith(_TARGET):
            target = "\n".join([line[1:].removeprefix(" "), *lines[number + 1 :]])
            break
        if line.startswith(" ") and blocks:
            blocks[-1] += "\n" + line
        else:
            blocks.append(line)
    types: dict[str, str] = {}
    hypotheses = [entry for block in blocks for entry in _hypotheses(block, types)]
    head = _head(target, types)
    return {"case": case, "hypotheses": hypotheses, "target": target, "head": head.name, "carrier": _carrier(head, types), "pp": text}


def _hypotheses(block: str, types: dict[str, str]) -> list[dict[str, object]]:
    """One block `x y : T` or `x : T := v`. ``types`` holds the hypotheses so far, and gets these."""
    names, colon, rest = block.partition(" :")
    if not colon:
        return []
    text, assigned, value = rest.partition(" := ")
    if not assigned or re.match(r"\s*(let|have|let_fun|fun|λ)\b", text):
        text, value = rest, ""
    text = text.strip()
    head = _head(text, types)
    kind = "instance" if names.startswith("inst✝") else _kind(head, types)
    entry = {"type": text, "kind": kind, "head": head.name, "carrier": _carrier(head, types) if kind == "prop" else ""}
    if value:
        entry["value"] = value.strip()
    found = re.findall(r"(?:«[^»]*»|\S)+", names)
    types.update(dict.fromkeys(found, text))
    return [{"name": name, **entry} for name in found]


def _head(text: str, types: Mapping[str, str]) -> _Head:
    words = text.split()
    if not words:
        return _Head("other")
    binder = _BINDERS.get(words[0])
    if binder is not None:
        return _Head(binder, right=text.partition(", ")[2])
    weakest = min(((*_OPERATORS[words[n]], n) for n in _outside(words) if words[n] in _OPERATORS), key=lambda found: found[0], default=None)
    if words[0].startswith("¬") and (weakest is None or weakest[0] >= _NOT_LEVEL):
        return _Head("Not", right=text[1:])
    if weakest is not None:
        _, name, number = weakest
        return _Head(name, " ".join(words[:number]), " ".join(words[number + 1 :]))
    first = words[0].lstrip("@")
    if first in types:
        return _Head("fvar", left=first)
    return _Head("other" if first[0] in "↑" + _OPEN else _NAMES.get(first, first), left=first)


def _outside(words: Sequence[str]) -> list[int]:
    """Which words are outside all brackets and outside what a binder binds. A binder takes all that follows; a sum, its variables."""
    found, depth, bound = [], 0, False
    for number, word in enumerate(words):
        if depth == 0 and word in _BINDERS:
            break
        if depth == 0 and not bound:
            found.append(number)
        bound = (bound or word in _BIG) and not word.endswith(",")
        if not word.isalnum():
            depth = max(0, depth + sum(_DEPTH.get(mark, 0) for mark in word))
    return found


def _kind(head: _Head, types: Mapping[str, str]) -> str:
    """A function type is what its result is."""
    for _ in range(_MAX_ARROWS):
        match head.name:
            case "→" | "∀":
                head = _head(head.right, types)
            case "fvar":
                return _SORTS.get(_result(types[head.left]), "data")
            case name:
                return "data" if name in _DATA else "prop"
    return "prop"


def _result(text: str) -> str:
    """The sort at the end of a family's type: `Prop` for `ℕ → Prop`, `Type` for `ι → Type u_1`."""
    words = re.split(r"→|,", text)[-1].split()
    return words[0] if words else ""


def _carrier(head: _Head, types: Mapping[str, str]) -> str:
    """The type that a relation relates, where one side is a hypothesis and so tells it."""
    if head.name not in _RELATIONS:
        return ""
    return types.get(head.left) or types.get(head.right) or ""
