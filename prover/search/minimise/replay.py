"""Runs proofs again, as little of them as can be, within a budget.

A state is a value, so what a tactic did to it is remembered under the two: only what lies behind a change is ever run again.
"""

import asyncio
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from prover.proof.script import ALL, Proof
from prover.proof.state import Opened, ProofState, StatePath
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Crashed, Rejected, StepResult, TimedOut

GRACE_SECONDS = 2.0
"""How long after the end of the budget the step in flight may go on: ending it costs a Lean process."""

_LEAST_HEARTBEATS = 800
"""About half a second: what a tactic may always try."""


class Lean(Protocol):
    """What a minimiser needs of Lean. `prover.lean.pool.Pool` and `prover.lean.stepper.Stepper` are such."""

    async def start(self, statement: Statement) -> ProofState: ...

    async def step(self, state: ProofState, tactic: str, *, heartbeats: int | None = None) -> StepResult: ...


@dataclass(frozen=True, slots=True)
class MinimiseLimits:
    """What one minimisation may spend; whichever ends first ends it, and the best proof so far is the result.

    Attributes:
        seconds: wall clock.
        lean_steps: tactics run.
    """

    seconds: float = 15.0
    lean_steps: int = 1_000


class Spent(Exception):
    """The limits are reached."""


@dataclass(slots=True)
class Replay:
    """Runs tactics and proofs on states; single-use, for one statement.

    Attributes:
        steps: tactics run so far; what was remembered is not run.
        each: heartbeats that one tactic may spend; None for Lean's usual limit.
    """

    lean: Lean
    limits: MinimiseLimits
    clock: Callable[[], float] = time.monotonic
    steps: int = 0
    each: int | None = None
    _began: float = field(init=False)
    _known: dict[tuple[StatePath, str], StepResult] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        self._began = self.clock()

    @property
    def seconds(self) -> float:
        """Wall seconds since the beginning."""
        return self.clock() - self._began

    async def step(self, state: ProofState, tactic: str) -> Advanced | Closed | None:
        """What a tactic does to a state; None where it fails.

        Raises:
            Spent: the limits are reached.
        """
        key = (state.path, tactic)
        if key not in self._known:
            left = self.limits.seconds - self.seconds
            if left <= 0 or self.steps >= self.limits.lean_steps:
                raise Spent
            self.steps += 1
            try:
                async with asyncio.timeout(left + GRACE_SECONDS):
                    self._known[key] = await self.lean.step(state, tactic, heartbeats=self.each)
            except TimeoutError:
                raise Spent from None
        match self._known[key]:
            case Advanced() | Closed() as result:
                return result
            case Rejected() | TimedOut() | Crashed():
                return None

    async def closed(self, state: ProofState, proof: Proof) -> Proof | None:
        """The proof without what it turns out not to need; None where it does not close the state."""
        match await self.step(state, proof.tactic):
            case Closed():
                return Proof(proof.tactic, (), proof.finisher)
            case Advanced(after, _):
                parts = []
                if not fits(proof, after):
                    return None
                for group, part in proof.parts:
                    done = await self.closed(opened(after, group), part)
                    if done is None:
                        return None
                    parts.append((group, done))
                return Proof(proof.tactic, tuple(parts), proof.finisher)
        return None

    def no_dearer(self) -> None:
        """From now on a tactic may spend twice what the dearest has until now: automation that fails takes far longer than what succeeds."""
        spent = [result.cost.heartbeats for result in self._known.values() if isinstance(result, Advanced | Closed)]
        self.each = max(_LEAST_HEARTBEATS, 2 * max(spent, default=0))

    async def heartbeats(self, state: ProofState, proof: Proof) -> int:
        """What the steps of a proof that closes the state spend."""
        result = await self.step(state, proof.tactic)
        if not isinstance(result, Advanced):
            return result.cost.heartbeats if result is not None else 0
        return result.cost.heartbeats + sum([await self.heartbeats(opened(result.state, group), part) for group, part in proof.parts])


def fits(proof: Proof, after: ProofState) -> bool:
    """Whether the parts are for goals that can be proved apart, and for all goals of the state that the tactic leaves."""
    groups = [group or tuple(range(len(after.goals))) for group, _ in proof.parts]
    covered = sorted(index for group in groups for index in group)
    return covered == list(range(len(after.goals))) and all(
        set(group).issuperset(shared) or not set(group) & set(shared) for group in groups for shared in after.groups
    )


def opened(state: ProofState, group: tuple[int, ...]) -> ProofState:
    """Some goals of a state as a state of their own, made as a value: Lean sees it with the first tactic that is run on it."""
    if group == ALL or len(group) == len(state.goals):
        return state
    number = {index: place for place, index in enumerate(sorted(group))}
    groups = tuple(tuple(number[index] for index in shared) for shared in state.groups if set(shared) <= set(group))
    goals = tuple(state.goals[index] for index in sorted(group))
    return ProofState(state.statement, (), goals, "", groups, Opened(state, tuple(sorted(group))))


def chain_of(proof: Proof) -> Iterator[Proof]:
    """The proof, its only part, that one's only part, and so on."""
    yield proof
    while len(proof.parts) == 1:
        proof = proof.parts[0][1]
        yield proof
