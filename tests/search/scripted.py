"""Policies that propose on cue, and a Lean whose states are words: for what real ones cannot be made to do."""

import asyncio
from collections.abc import Callable, Mapping, Sequence

from prover.proof.proposal import Answer, Proposal, Question
from prover.proof.state import Goal, ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Cost, Rejected, StepResult

STATEMENT = Statement("t", "", "theorem t : True")


class Scripted:
    """Proposes the same tactics in every state, in slices, and remembers what it was asked."""

    def __init__(self, *tactics: str, logprobs: Mapping[str, float] | None = None) -> None:
        self.proposals = [Proposal(tactic, (logprobs or {}).get(tactic, -1.0)) for tactic in tactics]
        self.asked: list[str] = []

    async def propose(self, questions: Sequence[Question]) -> list[Answer]:
        self.asked.extend(question.state.pp for question in questions)
        return [Answer(tuple(self.proposals[q.samples * q.asked : q.samples * (q.asked + 1)])) for q in questions]


def state_of(*goals: str, tactics: tuple[str, ...] = ()) -> ProofState:
    """A state whose goals are words, each a problem of its own."""
    described = tuple(Goal("", (), word, "", "", word) for word in goals)
    return ProofState(STATEMENT, tactics, described, " ".join(goals), tuple((index,) for index in range(len(goals))), None, goals)


class Words:
    """A Lean whose states are words. ``rules`` says what a tactic makes of a word: the words that it leaves, or None where it fails."""

    def __init__(self, rules: Callable[[str, str], Sequence[str] | None], root: str = "root", seconds: float = 0.0) -> None:
        self._rules, self._root, self._seconds = rules, root, seconds
        self.running = self.most_running = self.steps = 0
        self.tried: list[tuple[str, str]] = []

    async def start(self, statement: Statement) -> ProofState:
        return state_of(self._root)

    async def step(self, state: ProofState, tactic: str, *, heartbeats: int | None = None, priority: int = 0) -> StepResult:
        self.steps += 1
        self.running += 1
        self.most_running = max(self.running, self.most_running)
        try:
            if self._seconds:
                await asyncio.sleep(self._seconds)
        finally:
            self.running -= 1
        self.tried.append((state.pp, tactic))
        left = self._rules(state.goals[0].target, tactic)
        if left is None:
            return Rejected("error", "no", Cost())
        left = [*left, *(goal.target for goal in state.goals[1:])]
        if not left:
            return Closed((*state.tactics, tactic), Cost())
        after = state_of(*left, tactics=(*state.tactics, tactic))
        return Advanced(after, Cost())
