"""A finished proof as a tree, and as the text of a script. Pure: whether the script holds is for Lean and the judge to say."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

_Flat = tuple[tuple[str, tuple[tuple[int, ...], ...], bool], ...]
"""Tactic, groups and finisher of a proof and of all proofs below it, parts before what they are parts of."""


@dataclass(frozen=True, slots=True)
class Proof:
    """A tactic, and proofs of what it leaves open.

    Attributes:
        tactic: runs on the goals of the state that this is a proof of.
        parts: for each group of the goals that the tactic leaves (their indices), a proof of it; together all of them, none when it closes the state.
        finisher: the tactic was tried by the search itself and not proposed by the policy.
    """

    tactic: str
    parts: tuple[tuple[tuple[int, ...], "Proof"], ...] = ()
    finisher: bool = False

    def walk(self) -> Iterator["Proof"]:
        """This and all proofs below it, first what comes first."""
        yield self
        for _, part in self.parts:
            yield from part.walk()

    def __len__(self) -> int:
        """The number of tactics."""
        return sum(1 for _ in self.walk())

    def __reduce__(self) -> tuple[Callable[..., "Proof"], tuple[_Flat]]:
        """Pickles it flat: a proof is deeper than pickling may nest."""
        flat, waiting = [], [self]
        while waiting:
            proof = waiting.pop()
            flat.append((proof.tactic, tuple(group for group, _ in proof.parts), proof.finisher))
            waiting += (part for _, part in proof.parts)
        return _unflattened, (tuple(reversed(flat)),)


def _unflattened(flat: _Flat) -> Proof:
    built: list[Proof] = []
    for tactic, groups, finisher in flat:
        first = len(built) - len(groups)
        built[first:] = [Proof(tactic, tuple(zip(groups, built[first:], strict=True)), finisher)]
    [proof] = built
    return proof


def path(tactics: Sequence[str]) -> Proof:
    """A script without structure: each tactic runs on whatever the one before has left.

    Raises:
        ValueError: no tactics.
    """
    if not tactics:
        raise ValueError("a proof has at least one tactic")
    proof = Proof(tactics[-1])
    for tactic in reversed(tactics[:-1]):
        proof = Proof(tactic, ((ALL, proof),))
    return proof


ALL: tuple[int, ...] = ()
"""In place of a group: all the goals that are left, however many."""


def as_data(proof: Proof) -> dict[str, Any]:
    """The proof as JSON knows it."""
    data: dict[str, Any] = {"tactic": proof.tactic}
    if proof.parts:
        data["parts"] = [[list(group), as_data(part)] for group, part in proof.parts]
    if proof.finisher:
        data["finisher"] = True
    return data


def from_data(data: object) -> Proof:
    """The proof that `as_data` made this of.

    Raises:
        ValueError: it is no such thing. It may come from anywhere.
    """
    match data:
        case {"tactic": str(tactic), **rest}:
            parts, finisher = rest.get("parts", []), rest.get("finisher", False)
            if isinstance(parts, list) and isinstance(finisher, bool):
                return Proof(tactic, tuple(_part(part) for part in parts), finisher)
    raise ValueError("no proof")


def _part(data: object) -> tuple[tuple[int, ...], Proof]:
    match data:
        case [list(group), part] if all(type(index) is int and index >= 0 for index in group):
            return tuple(group), from_data(part)
    raise ValueError("no part of a proof")


def lines(proof: Proof) -> tuple[str, ...]:
    """The tactics of a proof, one or more lines each, with a `·` block for each goal where there are several.

    Raises:
        ValueError: see `assemble`.
    """
    if not proof.parts:
        return (proof.tactic,)
    groups = [group for group, _ in proof.parts]
    if len(groups) == 1 and groups[0] in (ALL, tuple(range(len(groups[0])))):
        return (proof.tactic, *lines(proof.parts[0][1]))
    return (proof.tactic, *assemble({group: lines(part) for group, part in proof.parts}))


def bullet(tactics: Sequence[str]) -> str:
    """One goal's tactics as a `·` block, which closes the first goal and sees no other."""
    text = "\n".join(tactics).split("\n")
    return "\n".join([f"· {text[0]}", *(f"  {line}" if line.strip() else line for line in text[1:])])


def assemble(proofs: Mapping[tuple[int, ...], Sequence[str]]) -> tuple[str, ...]:
    """The tactics that close a state, from the tactics that close each group of its goals.

    A group of one goal becomes a `·` block, the goal rotated to the front where it is not there. A group of several stays as it is, without
    a block of its own: it comes when nothing else is left, or when the rest lies behind it, where tactics that work on the first
    goal do not look.

    Args:
        proofs: by group, the indices of its goals; together all goals of the state.

    Raises:
        ValueError: the groups do not cover the goals 0, 1, … once each, or several groups of several goals are interleaved.
    """
    goals = sorted(index for group in proofs for index in group)
    if goals != list(range(len(goals))):
        raise ValueError(f"groups {list(proofs)} are no partition of a state's goals")
    script: list[str] = []
    left = goals
    for group in sorted(proofs):
        if len(group) == 1:
            left = _to_front(left, group[0], script)[1:]
            script.append(bullet(proofs[group]))
    for group in sorted(group for group in proofs if len(group) > 1):
        left = _to_front(left, min(group), script)
        if left[: len(group)] != sorted(group):
            raise ValueError(f"the goals {group} cannot be brought together: others lie between them")
        left = left[len(group) :]
        script += proofs[group]
    return tuple(script)


def _to_front(goals: list[int], goal: int, script: list[str]) -> list[int]:
    at = goals.index(goal)
    if at:
        script.append(f"rotate_left {at}")
    return goals[at:] + goals[:at]
