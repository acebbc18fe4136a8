"""What a family of plans is: a function from a goal to plans, each with a promise."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from planners.plan import Lemma, Plan
from prover.policy.automation.text import binders, facts, fresh, names, words
from prover.proof.state import Goal, Hypothesis


@dataclass(frozen=True, slots=True)
class Idea:
    """Attributes:
    promise: how much sooner than others it is to be tried; only the order counts.
    """

    plan: Plan
    promise: float


@dataclass(frozen=True, slots=True)
class Situation:
    """Attributes:
    header: of the statement: what it defines.
    """

    goal: Goal
    header: str

    def fresh(self, *wanted: str) -> list[str]:
        """Names that no hypothesis has."""
        return fresh(names(self.goal), *wanted)

    def about(self, variable: str) -> list[Hypothesis]:
        """The facts that speak of a variable, and not of another that they bind and call the same."""
        return [h for h in facts(self.goal) if speaks(h.type, variable) and variable not in binders(h.type)]


Family = Callable[[Situation], Iterator[Idea]]


def speaks(text: str, name: str) -> bool:
    """Whether a term speaks of a variable; ``xs.length`` speaks of ``xs``."""
    return any(word == name or word.startswith(f"{name}.") for word in words(text))


def chain(lemmas: Sequence[tuple[str, str]], origin: str, promise: float, split: str = "") -> Idea:
    """Lemmas each of which may use all before it, and the goal all of them."""
    listed: list[Lemma] = []
    for name, text in lemmas:
        listed.append(Lemma(name, text, tuple(lemma.name for lemma in listed)))
    return Idea(Plan(tuple(listed), split, tuple(lemma.name for lemma in listed), f"structural: {origin}"), promise)


def splitting(split: str, origin: str, promise: float) -> Idea:
    """The goal in cases, without lemmas."""
    return Idea(Plan((), split, (), f"structural: {origin}"), promise)
