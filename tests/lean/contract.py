"""What every backend promises, as one suite: a subclass of `BackendContract` runs it on a backend of its own.

The suite knows `start`, `step` and `release`, and that one process stands behind them; what differs between Leans is in `Facts`.
A run costs four or five starts of the process: one each for the beginning, the hang, the kill and the close, two for the crash.
"""

import asyncio
import os
import pickle
import signal
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import pytest

from prover.lean.stepper import SourceError, Stepper
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Crashed, Rejected, StepResult, TimedOut

GRACE_SECONDS = 5.0
"""What a kill may take on a busy machine, beyond the deadline."""

GONE_SECONDS = 5.0
"""How long the processes of a backend that was killed or closed may take to be gone."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What a backend's own Lean makes of one statement.

    Attributes:
        statement: provable by `advance` and then `close`.
        missing: does not exist or does not elaborate.
        pp: the text of its one goal at the start.
        advance: leaves goals; recorded as it is written.
        close: proves what `advance` leaves.
        error: is syntax, and fails, at the start and after `advance`.
        syntax_error: is no syntax.
        hang: takes longer than `seconds`, whatever its heartbeats.
        too_long: longer than the backend sends.
        seconds: the wall-clock limit of a step that the backend was made with.
        crash: kills the process every time; None where no tactic is known that does.
    """

    statement: Statement
    missing: Statement
    pp: str
    advance: str
    close: str
    error: str
    syntax_error: str
    hang: str
    too_long: str
    seconds: float
    crash: str | None = None


class Steps(Protocol):
    """The part of a `Stepper` that search uses."""

    async def start(self, statement: Statement) -> ProofState: ...

    async def step(self, state: ProofState, tactic: str) -> StepResult: ...

    async def release(self, states: Iterable[ProofState]) -> None: ...


class BackendContract:
    """Subclass it as `class TestSomeLean(BackendContract)` in a module that has two fixtures:

    `backend` (best with scope="module": starts cost time), which yields a `Stepper` or the like and closes it, and `facts`.
    A backend that is no `Stepper` overrides `pid` and `close`. The tests share a backend in any order; closing it is not the end of it.
    """

    def pid(self, backend: Steps) -> int | None:
        """The process that answers, None while there is none."""
        assert isinstance(backend, Stepper)
        return backend.worker.pid

    async def close(self, backend: Steps) -> None:
        assert isinstance(backend, Stepper)
        await backend.worker.close()

    async def test_a_start_gives_the_goals_as_text_and_as_data(self, backend: Steps, facts: Facts) -> None:
        state = await backend.start(facts.statement)
        assert state.statement == facts.statement
        assert state.tactics == ()
        assert state.pp == facts.pp
        (goal,) = state.goals
        assert goal.pp == facts.pp
        assert f"⊢ {goal.target}" in goal.pp
        assert all(hypothesis.name in goal.pp and hypothesis.type in goal.pp for hypothesis in goal.hypotheses)
        assert state.groups == ((0,),)
        assert state.key

    async def test_a_proof_in_steps(self, backend: Steps, facts: Facts) -> None:
        state = await backend.start(facts.statement)
        advanced = await advance(backend, state, facts)
        assert advanced.tactics == (facts.advance,)
        assert advanced.goals
        assert advanced.key != state.key
        assert sorted(index for group in advanced.groups for index in group) == list(range(len(advanced.goals)))
        closed = await backend.step(advanced, facts.close)
        assert isinstance(closed, Closed), closed
        assert closed.tactics == (facts.advance, facts.close)

    async def test_an_old_state_stays_usable(self, backend: Steps, facts: Facts) -> None:
        state = await backend.start(facts.statement)
        first = await advance(backend, state, facts)
        assert await advance(backend, state, facts) == first
        assert isinstance(await backend.step(state, facts.error), Rejected)
        assert isinstance(await backend.step(first, facts.close), Closed)
        assert isinstance(await backend.step(first, facts.close), Closed)

    async def test_an_error_is_a_rejection_that_says_why_and_changes_nothing(self, backend: Steps, facts: Facts) -> None:
        state = await backend.start(facts.statement)
        process = self.pid(backend)
        for tactic in (facts.error, facts.syntax_error):
            step = await backend.step(state, tactic)
            assert isinstance(step, Rejected), step
            assert step.message.strip()
        assert isinstance(await backend.step(state, facts.advance), Advanced)
        assert self.pid(backend) == process

    async def test_a_statement_that_is_not_there_is_an_error_of_its_own(self, backend: Steps, facts: Facts) -> None:
        state = await backend.start(facts.statement)
        with pytest.raises(SourceError) as caught:
            await backend.start(facts.missing)
        assert caught.value.message.strip()
        assert isinstance(await backend.step(state, facts.advance), Advanced)

    async def test_a_tactic_that_is_too_long_is_not_sent(self, backend: Steps, facts: Facts) -> None:
        state = await backend.start(facts.statement)
        process = self.pid(backend)
        step = await backend.step(state, facts.too_long)
        assert isinstance(step, Rejected), step
        assert step.kind == "too_long"
        assert self.pid(backend) == process

    async def test_released_states_stay_usable(self, backend: Steps, facts: Facts) -> None:
        state = await backend.start(facts.statement)
        advanced = await advance(backend, state, facts)
        await backend.release([state, advanced])
        assert isinstance(await backend.step(advanced, facts.close), Closed)
        assert await advance(backend, state, facts) == advanced

    async def test_a_hang_ends_by_its_deadline_and_nothing_comes_late(self, backend: Steps, facts: Facts) -> None:
        state = await advance(backend, await backend.start(facts.statement), facts)
        processes = family(self.pid(backend))
        began = time.monotonic()
        step = await backend.step(state, facts.hang)
        assert isinstance(step, TimedOut), step
        assert facts.seconds <= time.monotonic() - began < facts.seconds + GRACE_SECONDS
        assert await gone(processes)
        assert isinstance(await backend.step(state, facts.error), Rejected)
        assert isinstance(await backend.step(state, facts.close), Closed)

    async def test_a_process_killed_from_outside_costs_time_and_nothing_else(self, backend: Steps, facts: Facts) -> None:
        state = await advance(backend, await backend.start(facts.statement), facts)
        processes = family(self.pid(backend))
        os.kill(processes[0], signal.SIGKILL)
        assert await gone(processes)
        copied: ProofState = pickle.loads(pickle.dumps(state))
        assert isinstance(await backend.step(copied, facts.close), Closed)
        assert self.pid(backend) not in processes
        assert await advance(backend, await backend.start(facts.statement), facts) == state

    async def test_a_state_is_its_statement_and_its_tactics(self, backend: Steps, facts: Facts) -> None:
        await self.close(backend)
        bare = ProofState(facts.statement, (facts.advance,), (), "", ())
        assert isinstance(await backend.step(bare, facts.close), Closed)

    async def test_a_crash_costs_its_tactic_only(self, backend: Steps, facts: Facts) -> None:
        if facts.crash is None:
            pytest.skip("no tactic is known that crashes this Lean")
        state = await advance(backend, await backend.start(facts.statement), facts)
        step = await backend.step(state, facts.crash)
        assert isinstance(step, Crashed), step
        assert step.message.strip()
        assert isinstance(await backend.step(state, facts.close), Closed)

    async def test_close_leaves_no_process(self, backend: Steps, facts: Facts) -> None:
        await backend.start(facts.statement)
        processes = family(self.pid(backend))
        await self.close(backend)
        assert await gone(processes)
        await self.close(backend)


async def advance(backend: Steps, state: ProofState, facts: Facts) -> ProofState:
    """The state after the tactic that advances."""
    step = await backend.step(state, facts.advance)
    assert isinstance(step, Advanced), step
    return step.state


def family(pid: int | None) -> list[int]:
    """A process and all its descendants, in whatever session or process group they are; the process itself comes first."""
    assert pid is not None
    children: dict[int, list[int]] = {}
    for number, (_, parent) in _processes().items():
        children.setdefault(parent, []).append(number)
    found = [pid]
    for number in found:
        found += children.get(number, [])
    return found


async def gone(processes: Iterable[int], seconds: float = GONE_SECONDS) -> bool:
    """Whether all of them have ended within the time; a zombie that nobody has reaped yet has ended."""
    deadline = time.monotonic() + seconds
    while True:
        running = {number for number, (state, _) in _processes().items() if state != "Z"}
        if not running.intersection(processes):
            return True
        if time.monotonic() > deadline:
            return False
        await asyncio.sleep(0.05)


def _processes() -> dict[int, tuple[str, int]]:
    """State and parent of every process of this machine."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent = stat.read_text().rpartition(")")[2].split()[:2]
        except (FileNotFoundError, ProcessLookupError):
            continue
        found[int(stat.parent.name)] = (state, int(parent))
    return found
