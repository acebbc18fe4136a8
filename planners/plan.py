"""A plan: lemmas that are to be proved first, and how the goal follows from them. A value, of text: whether it makes sense is for Lean to say."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Lemma:
    """One subgoal that the planner states itself.

    Attributes:
        name: a Lean identifier, unique in its plan.
        text: what follows the name in ``have name …``: binders, colon, proposition; e.g. ``(k : Nat) : k ≤ k * k`` or ``: 0 < n``. It may speak of
            the hypotheses of the goal that is planned for.
        uses: names of the lemmas of the plan that its proof may use, and no others.
    """

    name: str
    text: str
    uses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """A DAG of subgoals for one goal.

    Attributes:
        lemmas: in an order in which each comes after those it uses.
        split: a tactic that runs on the goal with the lemmas in its context and leaves goals, the cases, each a subgoal. Empty: the
            goal itself is the one case, to be proved from the lemmas.
        uses: the lemmas that the goal (and so each case) may use.
        origin: who made it and why, for people: ``structural: induction on n``, ``llm: 2nd of 4``.
    """

    lemmas: tuple[Lemma, ...] = ()
    split: str = ""
    uses: tuple[str, ...] = ()
    origin: str = ""
