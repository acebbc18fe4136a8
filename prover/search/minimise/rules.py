"""Rules that make a proof shorter. A rule maps a proof to proofs that may do in its place on the same state; Lean says which do.

Pure, and free to propose nonsense: the loop takes only what is shorter by its measure and closes the state. To add a rule, write the function and put
it in `SHORTER`, cheap and far-reaching ones first.
"""

import re
from collections.abc import Callable, Iterator

from prover.proof import tactic_text
from prover.proof.length import length
from prover.proof.script import Proof
from prover.proof.tactic import Cases, parse
from prover.search.minimise.replay import chain_of
from prover.search.minimise.shrink import OPTION, exact_term, shrinks

Rule = Callable[[Proof], Iterator[Proof]]

CHEAP = ("rfl", "omega", "simp", "decide", "simp_all", "grind")
"""Automation that needs no arguments; the first that closes a goal is what a reader sees."""

_NAMES = re.compile(r"(intro|subst|clear) ([^;|<\n]*)$")
_LIST = re.compile(r"(rw|simp only|simp|dsimp only) \[([^\n]*)\]$")
_HAVE = re.compile(r"have (?:([^\W\d][\w'₀-₉]*) )?(?:: .*? )?:= (?!by\b)(.*)$")
_HOLE = re.compile(r"\?_(?![\w'])")


_LINE = 100
"""Characters of a line that is still read at one go: no rule makes a longer one of several."""


def close(proof: Proof) -> Iterator[Proof]:
    """One tactic closes what two or more do: one that stands further down, or cheap automation."""
    if length(proof) >= 2:
        leaves = (OPTION.sub("", node.tactic) for node in proof.walk() if not node.parts and node is not proof)
        yield from (Proof(tactic) for tactic in dict.fromkeys([*CHEAP, *leaves]))


def drop(proof: Proof) -> Iterator[Proof]:
    """What stands behind a tactic, or behind several, closes the state without them."""
    spine = list(chain_of(proof))
    size = (len(spine) - 1) // 2
    while size >= 2:
        yield spine[size]
        size //= 2
    yield from (part for _, part in proof.parts)


def shrink(proof: Proof) -> Iterator[Proof]:
    """The tactic itself is shorter."""
    yield from (Proof(tactic, proof.parts) for tactic in shrinks(proof.tactic))


def same_for_all(proof: Proof) -> Iterator[Proof]:
    """t and the same u for each goal: t <;> u, the names that t gives left out where nobody uses them."""
    if len(proof.parts) < 2 or proof.tactic.endswith(":= ?_"):
        return
    leaves = [OPTION.sub("", node.tactic) for _, part in proof.parts for node in part.walk() if not node.parts]
    for u in dict.fromkeys([*leaves, "simp_all", "grind"]):
        shape = parse(proof.tactic)
        if isinstance(shape, Cases):
            yield from _then(re.sub(r"\s*\bwith$", "", shape.head), u)
        yield from _then(proof.tactic, u)


def _then(t: str, u: str) -> Iterator[Proof]:
    if "\n" not in t + u and len(tactic_text.chained(f"{t} <;> {u}").parts) == len(tactic_text.chained(t).parts) + 1:
        yield Proof(f"{t} <;> {u}")


def merge(proof: Proof) -> Iterator[Proof]:
    """intro a, intro b: intro a b. rw [a], rw [b]: rw [a, b]."""
    if len(proof.parts) != 1:
        return
    [(_, part)] = proof.parts
    for pattern, form in ((_NAMES, "{} {} {}"), (_LIST, "{} [{}, {}]")):
        one, two = pattern.match(proof.tactic), pattern.match(part.tactic)
        if one and two and one[1] == two[1]:
            yield Proof(form.format(one[1], one[2], two[2]), part.parts)


def term(proof: Proof) -> Iterator[Proof]:
    """A tactic whose goals are closed by terms is a term: intro x, exact e: exact fun x => e. constructor, exact a, exact b: exact ⟨a, b⟩."""
    terms = [exact_term(part.tactic) if not part.parts else None for _, part in proof.parts]
    known = [text for text in terms if text is not None]
    if not terms or len(known) < len(terms):
        return
    word, _, given = proof.tactic.partition(" ")
    if "\n" in proof.tactic or len(tactic_text.sequence(proof.tactic).parts) > 1 or len(tactic_text.chained(proof.tactic).parts) > 1:
        return
    match word:
        case "intro" if len(known) == 1 and given:
            yield from _one_line(f"exact fun {given} => {known[0]}")
        case "constructor":
            yield from _one_line(f"exact ⟨{', '.join(known)}⟩")
        case "left" | "right" if len(known) == 1:
            yield from _one_line(f"exact .{'inl' if word == 'left' else 'inr'} {argument(known[0])}")
        case "apply":
            yield from _one_line(f"exact {given} {' '.join(map(argument, known))}")


def fill(proof: Proof) -> Iterator[Proof]:
    """refine with holes that single tactics close: exact, with these in the holes."""
    if not proof.tactic.startswith("refine ") or "\n" in proof.tactic or any(part.parts or "\n" in part.tactic for _, part in proof.parts):
        return
    if len(_HOLE.findall(proof.tactic)) != len(proof.parts) or len(tactic_text.sequence(proof.tactic).parts) > 1:
        return
    text = proof.tactic.replace("refine ", "exact ", 1)
    for _, part in sorted(proof.parts):
        inside = exact_term(part.tactic) or f"by {part.tactic}"
        at = _HOLE.search(text)
        if at is None:
            return
        alone = text[: at.start()].rstrip()[-1:] in "⟨,(" and text[at.end() :].lstrip()[:1] in "⟩,)"
        tail = text[: at.start()].rstrip().endswith("=>") and text[at.end() :].strip() in ("", "⟩", ")")
        text = text[: at.start()] + (inside if alone or tail else argument(inside)) + text[at.end() :]
    yield from _one_line(text)


def inline(proof: Proof) -> Iterator[Proof]:
    """have h := e, used once: e stands where h stood."""
    found = _HAVE.match(proof.tactic)
    if not found or len(proof.parts) != 1 or "\n" in proof.tactic:
        return
    used = re.compile(rf"(?<![\w.'₀-₉]){re.escape(found[1] or 'this')}(?![\w'₀-₉])")
    rest = proof.parts[0][1]
    if sum(len(used.findall(node.tactic)) for node in rest.walk()) == 1:
        whole = _rewritten(rest, lambda tactic: used.sub(lambda at: _standing(found[2].strip(), tactic, at), tactic))
        if all(len(new.tactic) <= max(_LINE, len(old.tactic)) for new, old in zip(whole.walk(), rest.walk(), strict=True)):
            yield whole


def _standing(text: str, tactic: str, at: re.Match[str]) -> str:
    """A term in the place of a name: bare where it is all that follows, else as an argument."""
    alone = tactic[: at.start()].rstrip().endswith((":=", "exact", "=>")) and tactic[at.end() :].lstrip(" ")[:1] in ("", "\n")
    return text if alone else argument(text)


def _rewritten(proof: Proof, change: Callable[[str], str]) -> Proof:
    return Proof(change(proof.tactic), tuple((group, _rewritten(part, change)) for group, part in proof.parts), proof.finisher)


def _one_line(tactic: str) -> Iterator[Proof]:
    if len(tactic) <= _LINE:
        yield Proof(tactic)


def argument(text: str) -> str:
    """A term as an argument: in parentheses unless it is one word or in brackets already."""
    if re.fullmatch(r"[\w.'₀-₉]+", text) or (0, len(text)) in [(start - 1, end + 1) for start, end in tactic_text.brackets(text)]:
        return text
    return f"({text})"


SHORTER: tuple[Rule, ...] = (close, drop, same_for_all, shrink, merge, term, inline, fill)
