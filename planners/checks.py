"""What a laid out plan must pass before anybody searches its subgoals.

No subgoal is the goal again, or one that this goal is there to help with; the goal follows from the lemmas (a split shows that by itself); no subgoal
is seen to be false. The last two go on side by side, and the first failure ends both. What is proved already needs no check, and counts as proved.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from planners.layout import GOAL, Layout, Subgoal
from planners.planner import Rejected
from planners.refute import Attempt, Refuted, Unrefuted, refute
from prover.policy.automation.moves import CLOSE
from prover.proof.lean import Lean
from prover.proof.script import Proof
from prover.proof.state import ProofState
from prover.proof.step import Closed

Known = Callable[[ProofState], Awaitable[Proof | None]]
"""A proof of exactly this state from what is proved already, or None."""

Tell = Callable[[ProofState, str], Awaitable[None]]
"""Is told of a state that is false, and how that was seen."""


async def _nobody(state: ProofState, how: str) -> None:
    pass


@dataclass(frozen=True, slots=True)
class Accepted:
    """Attributes:
    proofs: by subgoal's name, those that the checks came across.
    """

    layout: Layout
    proofs: Mapping[str, Proof]


@dataclass(frozen=True, slots=True)
class Checks:
    """The checks of the plans for one goal.

    Attributes:
        attempt: a search with a small budget. What follows at once is not searched.
        ancestors: keys of the goals that the planned goal is there to help with.
        disproved: told of every subgoal that is seen to be false.
        seconds: for a search; all subgoals are attacked side by side within that time too.
    """

    lean: Lean
    attempt: Attempt
    known: Known
    ancestors: frozenset[str] = field(default_factory=frozenset)
    seconds: float = 3.0
    disproved: Tell = _nobody

    async def check(self, layout: Layout) -> Accepted | Rejected:
        """The plan, with what is proved of it; or why it is not worth a search.

        Raises:
            PolicyFault, WorkerDied, DeadlinePassed: from ``attempt``, ``known`` or Lean.
        """
        if again := self._restated(layout):
            return Rejected(layout.plan, again)
        proofs = await self._known(layout)
        unknown = [subgoal for subgoal in layout.subgoals if subgoal.name not in proofs]
        try:
            async with asyncio.TaskGroup() as group:
                for subgoal in unknown:
                    if subgoal.lemma or layout.plan.split:
                        group.create_task(self._not_false(subgoal))
                    else:
                        sufficient = group.create_task(self._sufficient(layout, subgoal))
        except ExceptionGroup as faults:
            for failure in faults.exceptions:
                if isinstance(failure, _Failed):
                    return Rejected(layout.plan, str(failure))
            raise faults.exceptions[0] from None  # a fault of Lean's or the policy's, as if it had come here by itself
        return Accepted(layout, proofs if layout.plan.split or GOAL in proofs else {**proofs, GOAL: sufficient.result()})

    def _restated(self, layout: Layout) -> str:
        for subgoal in layout.subgoals:
            if subgoal.state.key == layout.root.key:
                return f"{_called(subgoal)} is the goal itself: a plan must make it easier"
            if subgoal.state.key in self.ancestors:
                return f"{_called(subgoal)} is a goal that this one is a part of: the plan goes in a circle"
        return ""

    async def _known(self, layout: Layout) -> dict[str, Proof]:
        found = await asyncio.gather(*(self.known(subgoal.state) for subgoal in layout.subgoals))
        return {subgoal.name: proof for subgoal, proof in zip(layout.subgoals, found, strict=True) if proof is not None}

    async def _sufficient(self, layout: Layout, goal: Subgoal) -> Proof:
        if isinstance(await self.lean.step(goal.state, CLOSE), Closed):
            return Proof(CLOSE)
        proof = await self.attempt(goal.state, self.seconds)
        if proof is None:
            raise _Failed(f"the goal does not follow from {', '.join(layout.uses)} within {self.seconds:g} s of search")
        return proof

    async def _not_false(self, subgoal: Subgoal) -> None:
        match await refute(self.lean, subgoal.state, self.attempt, seconds=self.seconds):
            case Refuted(how):
                await self.disproved(subgoal.state, how)
                raise _Failed(f"{_called(subgoal)} is false: {how}")
            case Unrefuted():
                pass


class _Failed(Exception):
    """A check that the plan does not pass; the words are for the planner."""


def _called(subgoal: Subgoal) -> str:
    return f"lemma {subgoal.name}" if subgoal.lemma else f"the case {subgoal.name}, ⊢ {' '.join(subgoal.state.goals[0].target.split())},"
