"""A Lean that knows words: it runs letters, `have`s, `split`, blocks and what else a plan's layout, its checks and its proof are made of.

Pure but for `Scripted.step`, which takes the time that its caller says.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from prover.proof.state import Goal, Hypothesis, ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Cost, Rejected, StepResult
from tests.sim.world import World

HEARTBEATS = 100
"""Of every step."""

_HAVE = re.compile(r"have (\S+) : (\S+) := \?_")


class Failed(Exception):
    """What Lean says to a tactic that does not run."""


@dataclass(frozen=True, slots=True)
class Sequent:
    """A goal: hypotheses (name, word), and what is to be proved: a word, and the letters that were tried on it (``t1/ab``)."""

    hypotheses: tuple[tuple[str, str], ...]
    target: str
    case: str = ""

    @property
    def key(self) -> str:
        return f"{' '.join(sorted(word for _, word in self.hypotheses))} ⊢ {self.target}"


def statement_of(theorem: str) -> Statement:
    return Statement(theorem, "", f"theorem {theorem} : {theorem}")


def start(statement: Statement) -> ProofState:
    return _state(statement, (), [Sequent((), statement.name)])


def step(world: World, state: ProofState, tactic: str, seconds: float = 0.0) -> StepResult:
    """What a tactic, or a whole script, makes of a state."""
    cost = Cost(seconds, HEARTBEATS)
    goals = [Sequent(tuple((h.name, h.type) for h in goal.hypotheses), goal.target, goal.case) for goal in state.goals]
    try:
        left = _run(world, goals, tactic.split("\n"))
    except Failed as error:
        return Rejected("error", str(error), cost)
    tactics = (*state.tactics, tactic)
    return Advanced(_state(state.statement, tactics, left, state), cost) if left else Closed(tactics, cost)


def holds(world: World, statement: Statement, script: Sequence[str]) -> bool:
    """The judge: whether a script proves the statement."""
    return isinstance(step(world, start(statement), "\n".join(script)), Closed)


def _run(world: World, goals: list[Sequent], lines: list[str]) -> list[Sequent]:
    while lines:
        line, lines = lines[0], lines[1:]
        if not goals:
            raise Failed("no goals")
        if line.startswith("· "):
            body = [line[2:]]
            while lines and lines[0].startswith("  "):
                body.append(lines.pop(0)[2:])
            if _run(world, goals[:1], body):
                raise Failed("unsolved goals")
            goals = goals[1:]
        elif line.startswith("rotate_left "):
            places = int(line.split()[1])
            goals = goals[places:] + goals[:places]
        else:
            goals = [*_tactic(world, goals[0], line), *goals[1:]]
    return goals


def _tactic(world: World, goal: Sequent, text: str) -> list[Sequent]:
    """What one tactic leaves of one goal."""
    name, _, rest = text.partition(" ")
    match name:
        case "have":
            return _have(world, goal, text)
        case "clear" | "revert":
            return [replace(goal, hypotheses=tuple(h for h in goal.hypotheses if h[0] not in rest.split()))]
        case "split" if (fact := world.fact(goal.target)) is not None and fact.cases:
            return [Sequent(goal.hypotheses, case, f"case{number}") for number, case in enumerate(fact.cases)]
        case "refine" if rest.endswith("?negation ?rest"):
            return [Sequent(goal.hypotheses, f"¬{goal.target}"), goal]
        case "intro" if goal.target.startswith("¬"):
            return [Sequent((*goal.hypotheses, (rest, goal.target[1:])), "False")]
        case "replace" if (fact := world.fact(goal.hypotheses[-1][1])) is not None and fact.decided:
            return [goal]
        case "exact" if goal.target == "False":
            if (fact := world.fact(goal.hypotheses[-1][1])) is not None and not fact.true:
                return []
            raise Failed("the proposition is false")
        case _ if len(text) == 1:
            return _letter(world, goal, text)
    raise Failed(f"`{text}` does not run here")


def _have(world: World, goal: Sequent, text: str) -> list[Sequent]:
    found = _HAVE.fullmatch(text)
    if found is None or world.fact(found.group(2)) is None:
        raise Failed(f"unknown identifier in `{text}`")
    name, word = found.groups()
    return [replace(goal, hypotheses=(*goal.hypotheses, (name, word))), Sequent(goal.hypotheses, word)]


def _letter(world: World, goal: Sequent, letter: str) -> list[Sequent]:
    word, _, path = goal.target.partition("/")
    fact = world.fact(word)
    if fact is None:
        raise Failed(f"nothing is known of {word}")
    provable = fact.length > len(path) and {h for _, h in goal.hypotheses}.issuperset(fact.needs)
    on_the_way = provable and all(world.right(word, place) == tried for place, tried in enumerate(path + letter))
    if on_the_way and len(path) + 1 == fact.length:
        return []
    if on_the_way or world.draw(10, word, path, letter) < fact.spread:
        return [replace(goal, target=f"{word}/{path}{letter}")]
    raise Failed("it makes no progress")


def _state(statement: Statement, tactics: tuple[str, ...], sequents: Sequence[Sequent], before: ProofState | None = None) -> ProofState:
    goals = tuple(_goal(sequent) for sequent in sequents)
    keys = tuple(sequent.key for sequent in sequents)
    groups = tuple((place,) for place in range(len(sequents)))
    return ProofState(statement, tactics, goals, " | ".join(keys), groups, before.opened if before is not None else None, keys)


@lru_cache(maxsize=50_000)
def _goal(sequent: Sequent) -> Goal:
    hypotheses = tuple(Hypothesis(name, word, "prop", "word", "") for name, word in sequent.hypotheses)
    head = "Not" if sequent.target.startswith("¬") else "word"
    pp = "\n".join([*(f"{name} : {word}" for name, word in sequent.hypotheses), f"⊢ {sequent.target}"])
    return Goal(sequent.case, hypotheses, sequent.target, head, "", pp)
