"""What a team knows of one theorem: problems, the plans that are followed for them, and what is worth working on next.

An AND/OR tree. A problem (the theorem, or a subgoal) is proved by a search, or by one of its plans, all of whose subgoals are proved. Problems that
several plans share are one. A plan is dead when a subgoal of it is given up; one with a subgoal that is
seen to be false is not followed at all. Pure data: no Lean, no clock.
"""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

import networkx as nx

from planners.layout import Layout
from planners.plan import Plan
from planners.planner import Known, Rejected
from prover.proof.script import Proof
from prover.proof.state import ProofState


class Status(Enum):
    OPEN = "open"
    PROVED = "proved"
    STUCK = "stuck"


@dataclass(slots=True, eq=False)
class Problem:
    """One goal that somebody wants closed.

    Attributes:
        depth: plans above it; 0 is the theorem.
        searched: searches that ended without a proof. seconds: that they took. searching: those that run.
        exhausted: a search found nothing left to expand.
        above: plans that need it. branches: plans for it that are, or were, followed.
        waiting: plans for it that have not been looked at. rounds: times that the planner was asked.
        planning: the planner is being asked, or a plan looked at.
        rejected: plans for it that were given up, and why.
        note: why it is stuck.
    """

    name: str
    state: ProofState
    depth: int
    status: Status = Status.OPEN
    proof: Proof | None = None
    heartbeats: int = 0
    searched: int = 0
    seconds: float = 0.0
    searching: int = 0
    exhausted: bool = False
    above: list["Branch"] = field(default_factory=list)
    branches: list["Branch"] = field(default_factory=list)
    waiting: deque[Plan] = field(default_factory=deque)
    rounds: int = 0
    planning: bool = False
    rejected: list[Rejected] = field(default_factory=list)
    note: str = ""

    @property
    def followed(self) -> list["Branch"]:
        return [branch for branch in self.branches if not branch.dead]


@dataclass(slots=True, eq=False)
class Branch:
    """A plan that is followed.

    Attributes:
        parts: the plan's subgoals that its goal rests on, by name.
        round: of planning, in which it came.
        blocks: for each subgoal, how many others rest on it.
        dead: why it was given up; empty while it lives.
    """

    problem: Problem
    layout: Layout
    parts: dict[str, Problem]
    round: int
    blocks: Mapping[str, int]
    dead: str = ""

    @property
    def open(self) -> list[Problem]:
        return [part for part in self.parts.values() if part.status is Status.OPEN]

    @property
    def complete(self) -> bool:
        return all(part.status is Status.PROVED for part in self.parts.values())

    def proof(self) -> Proof:
        """Of the branch's problem, from the proofs of its parts; whether they fit together is for Lean to say."""
        return self.layout.proof({name: part.proof for name, part in self.parts.items() if part.proof is not None})


class Board:
    """All problems of one theorem."""

    def __init__(self, root: ProofState) -> None:
        self.root = Problem("theorem", root, 0)
        self._problems: dict[tuple[str, str], Problem] = {_identity(root): self.root}

    def __iter__(self) -> Iterator[Problem]:
        yield from self._problems.values()

    def follow(self, problem: Problem, layout: Layout, proofs: Mapping[str, tuple[Proof, int]]) -> Branch:
        """From now on, the plan is a way to prove the problem.

        Args:
            proofs: of those subgoals that are proved already, with the heartbeats spent.
        """
        graph = layout.graph()
        branch = Branch(problem, layout, {}, problem.rounds, {name: len(nx.descendants(graph, name)) for name in graph})
        needed = set(layout.needed)
        for subgoal in layout.subgoals:
            if subgoal.name not in needed:
                continue
            part = self._problems.setdefault(_identity(subgoal.state), Problem(subgoal.name, subgoal.state, problem.depth + 1))
            branch.parts[subgoal.name] = part
            part.above.append(branch)
            if subgoal.name in proofs and part.status is not Status.PROVED:
                self.prove(part, *proofs[subgoal.name])
        problem.branches.append(branch)
        if lost := next((name for name, part in branch.parts.items() if part.status is Status.STUCK), None):
            self.abandon(branch, f"{lost}: was given up before", (lost,))
        return branch

    def prove(self, problem: Problem, proof: Proof, heartbeats: int) -> None:
        problem.status, problem.proof, problem.heartbeats = Status.PROVED, proof, heartbeats

    def give_up(self, problem: Problem, reason: str) -> None:
        """The problem is stuck for good; with it the plans that need it."""
        problem.status, problem.note = Status.STUCK, reason
        for branch in problem.above:
            if not branch.dead:
                names = tuple(name for name, part in branch.parts.items() if part is problem)
                self.abandon(branch, f"{names[0]}: {reason}", names)

    def abandon(self, branch: Branch, reason: str, stuck: tuple[str, ...] = ()) -> None:
        """The plan is not followed any more. What of it is proved is kept."""
        branch.dead = reason
        branch.problem.rejected.append(Rejected(branch.layout.plan, reason, stuck))

    def wanted(self) -> list[Problem]:
        """The open problems that a way to the theorem leads through, the theorem first."""
        found = {self.root: None} if self.root.status is Status.OPEN else {}
        for problem in (queue := list(found)):
            for branch in problem.followed:
                for part in branch.open:
                    if part not in found:
                        found[part] = None
                        queue.append(part)
        return list(found)

    def subgoals(self, seconds: float) -> list[Problem]:
        """The subgoals to be searched for, the most urgent first.

        Least searched comes first, then what few others of its plan are missing for, then what most of its plan rests on: the last missing
        piece of a plan gets everybody.

        Args:
            seconds: of search, after which a problem is stuck.
        """
        open_ = [problem for problem in self.wanted() if problem is not self.root and problem.seconds < seconds and not problem.exhausted]
        return sorted(open_, key=_urgency)

    def known(self, problem: Problem) -> tuple[Known, ...]:
        """Lemmas of the problem's plans that are proved, and rest on no other lemma."""
        found = {
            lemma: None
            for branch in problem.branches
            for lemma in branch.layout.plan.lemmas
            if not lemma.uses and lemma.name in branch.parts and branch.parts[lemma.name].status is Status.PROVED
        }
        return tuple(Known(lemma.name, lemma.text) for lemma in found)

    def best(self) -> Branch | None:
        """The theorem's plan that most was proved of; None where nothing was."""
        branches = [branch for branch in self.root.branches if any(part.status is Status.PROVED for part in branch.parts.values())]
        return max(branches, key=lambda branch: (-len(_missing(branch)), len(branch.parts)), default=None)


def _missing(branch: Branch) -> list[str]:
    return [name for name, part in branch.parts.items() if part.status is not Status.PROVED]


def _urgency(problem: Problem) -> tuple[float, ...]:
    ways = [branch for branch in problem.above if not branch.dead]
    missing = min(len(branch.open) for branch in ways)
    blocked = max(branch.blocks[name] for branch in ways for name, part in branch.parts.items() if part is problem)
    return problem.searching + problem.searched, missing, -blocked, problem.depth


def _identity(state: ProofState) -> tuple[str, str]:
    return state.key, state.pp
