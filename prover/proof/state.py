"""Goals and proof states.

A state is a value, (statement, tactics from the root) plus its goals: any Lean process can be brought to it by replay, so
the process that computed it may die. Nothing here knows about processes.
"""

from dataclasses import dataclass
from typing import Literal

from prover.proof.statement import Statement

Kind = Literal["prop", "data", "instance"]


@dataclass(frozen=True, slots=True)
class Hypothesis:
    """One local declaration of a goal.

    Attributes:
        name: as Lean shows it; inaccessible names end in ``✝`` and cannot be written in a tactic.
        type: pretty-printed.
        kind: a proof, a datum or an instance.
        head: head symbol of the type (``Eq``, ``And``, ``∀``, ``→``, ``Nat``, …).
        carrier: for a relation, the type it relates (``Int`` for an equation of integers), else empty.
        value: of a `let` variable, else None.
    """

    name: str
    type: str
    kind: Kind
    head: str
    carrier: str
    value: str | None = None

    @property
    def accessible(self) -> bool:
        return "✝" not in self.name


@dataclass(frozen=True, slots=True)
class Goal:
    """One ⊢ with its hypotheses.

    Attributes:
        pp: Lean's own text of it, byte for byte (`Meta.ppGoal`).
        order: the hypotheses' indices in an order that does not depend on how they came: hypotheses of goals with one key correspond in it.
    """

    case: str
    hypotheses: tuple[Hypothesis, ...]
    target: str
    head: str
    carrier: str
    pp: str
    order: tuple[int, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The hypotheses' names in that order; none where it is not known."""
        return tuple(self.hypotheses[index].name for index in self.order) if len(self.order) == len(self.hypotheses) else ()


@dataclass(frozen=True, slots=True)
class Opened:
    """Some goals of a state as a problem of their own."""

    parent: "ProofState"
    goals: tuple[int, ...]


StatePath = tuple[object, ...]
"""Names a state by how it comes about: hashable, equal for equal states."""


@dataclass(frozen=True, slots=True)
class ProofState:
    """The open goals after a path of tactics.

    Attributes:
        tactics: from the statement, or from where the state was opened.
        key: equal for states that are equal up to the names of hypotheses and bound variables, and up to the order of hypotheses.
        groups: indices of goals, in groups that share no metavariable with one another.
        group_keys: for each group, the key that it has as a state of its own.
    """

    statement: Statement
    tactics: tuple[str, ...]
    goals: tuple[Goal, ...]
    key: str
    groups: tuple[tuple[int, ...], ...]
    opened: Opened | None = None
    group_keys: tuple[str, ...] = ()

    @property
    def path(self) -> StatePath:
        root: StatePath = (self.statement,) if self.opened is None else (*self.opened.parent.path, self.opened.goals)
        return (*root, self.tactics)

    @property
    def before(self) -> "ProofState | None":
        """The state that the last tactic, or the opening, was applied to, as far as it is known here: without its goals. None for a start."""
        if self.tactics:
            return ProofState(self.statement, self.tactics[:-1], (), "", (), self.opened)
        return self.opened.parent if self.opened is not None else None

    def split(self) -> tuple["ProofState", ...]:
        """Its groups as states of their own, first what comes first.

        The state itself where there is only one, or where their scripts could not be put together (`prover.proof.script.assemble`).
        """
        if len(self.groups) < 2 or not self.group_keys or sum(len(group) > 1 for group in self.groups) > 1:
            return (self,)
        parts = sorted((tuple(sorted(group)), key) for group, key in zip(self.groups, self.group_keys, strict=True))
        return tuple(self._part(group, key) for group, key in parts)

    def _part(self, group: tuple[int, ...], key: str) -> "ProofState":
        everything = tuple(range(len(group)))
        return ProofState(self.statement, (), tuple(self.goals[index] for index in group), key, (everything,), Opened(self, group), (key,))

    @property
    def pp(self) -> str:
        """The state as LeanDojo prints it, which is what published step-provers were trained on."""
        return "\n\n".join(goal.pp for goal in self.goals)
