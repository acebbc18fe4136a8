"""Requests go where they cost least, wait in order, and end in time; a process that is given up costs no start."""

import asyncio
import json
import time
from collections.abc import AsyncIterator, Callable

import pytest

from prover.lean.pool import SPARES_AFTER, Pool, PoolSettings
from prover.lean.process import Recipe
from prover.lean.stepper import StepLimits
from prover.lean.worker import DeadlinePassed
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Crashed, TimedOut
from tests.lean.contract import gone
from tests.lean.test_worker import FAKE, FakeToolchain

A, B = Statement("a", "", "theorem a : p"), Statement("b", "", "theorem b : p")
RECIPE = Recipe(FakeToolchain(), FAKE, start_seconds=20)


@pytest.fixture
async def pool() -> AsyncIterator[Pool]:
    """Two scripted processes and a spare, all ready."""
    pool = Pool(RECIPE, PoolSettings(workers=2, spares=1), StepLimits(seconds=5.0))
    pool.warm_up()
    pool.warm_up_spares()
    await until(lambda: all(worker.pid for worker in pool.workers) and pool.spares_ready == 1)
    yield pool
    await pool.close()


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        await asyncio.sleep(0.01)


async def advance(pool: Pool, state: ProofState, tactic: str = "advance") -> ProofState:
    step = await pool.step(state, tactic)
    assert isinstance(step, Advanced), step
    return step.state


def holders(pool: Pool, state: ProofState) -> list[int]:
    return [number for number, lane in enumerate(pool._lanes) if lane.stepper.knows(state)]


async def test_a_step_goes_to_the_process_that_holds_its_state(pool: Pool) -> None:
    state = await pool.start(A)
    (home,) = holders(pool, state)
    for _ in range(5):
        state = await advance(pool, state)
        assert holders(pool, state) == [home]
    assert pool.counters().replayed == 0


async def test_two_statements_use_two_processes(pool: Pool) -> None:
    first, second = await asyncio.gather(pool.start(A), pool.start(B))
    assert holders(pool, first) != holders(pool, second)


async def test_work_is_stolen_when_replaying_is_cheaper_than_waiting(pool: Pool) -> None:
    state = await advance(pool, await pool.start(A))
    long = asyncio.create_task(pool.step(state, "sleep 3"))
    await asyncio.sleep(0.2)
    began = time.monotonic()
    assert isinstance(await pool.step(state, "close"), Closed)
    assert time.monotonic() - began < 2
    assert pool.counters().stolen == 1
    assert pool.counters().replayed == 1
    await long


async def test_a_short_wait_is_cheaper_than_a_dear_replay(pool: Pool) -> None:
    state = await pool.start(A)
    for _ in range(4):
        state = await advance(pool, state, "sleep 0.1")
        pool._costs[state.path] = 10.0
    short = asyncio.create_task(pool.step(state, "sleep 0.3"))
    await asyncio.sleep(0.05)
    assert isinstance(await pool.step(state, "close"), Closed)
    assert pool.counters().stolen == 0
    await short


async def test_a_killed_process_is_replaced_by_the_spare_and_its_states_by_replay(pool: Pool) -> None:
    state = await pool.start(A)
    for _ in range(5):
        state = await advance(pool, state)
    starts = pool.counters().starts
    assert isinstance(await pool.step(state, "die"), Crashed)
    assert isinstance(await pool.step(state, "close"), Closed)
    counters = pool.counters()
    assert counters.spares_used >= 1
    assert counters.restarts == 2
    assert counters.replayed >= 5
    await until(lambda: pool.spares_ready == 1)
    assert pool.counters().starts > starts


async def test_a_short_run_starts_no_spare_and_a_long_one_does() -> None:
    pool = Pool(RECIPE, PoolSettings(workers=1, spares=1), StepLimits(seconds=5.0))
    state = await pool.start(A)
    for _ in range(SPARES_AFTER - 2):
        await pool.step(state, "close")
    await asyncio.sleep(0.5)
    assert pool.counters().starts == 1
    await pool.step(state, "close")
    await until(lambda: pool.spares_ready == 1)
    await pool.close()


async def test_somebody_elses_kill_is_not_the_tactics_fault(pool: Pool) -> None:
    """SIGKILL from outside says nothing about a tactic: it is tried more often than one on which the process ends by itself."""
    state = await pool.start(A)
    assert isinstance(await pool.step(state, "die"), Crashed)
    died = pool.counters().restarts
    assert isinstance(await pool.step(state, "killed"), Crashed)
    assert pool.counters().restarts - died > died


GOAL = {"case": "", "hypotheses": [], "target": "p", "head": "p", "carrier": "", "pp": "⊢ p"}
ADVANCED = {"us": 1, "heartbeats": 1, "status": "advanced", "state": 7, "tactic": "x", "goals": [GOAL], "key": "k", "groups": [[0]]}


@pytest.mark.parametrize(
    "reply",
    [
        {},
        {"status": 3},
        {"status": "proved"},
        {"status": "failed"},
        {"status": "closed"},
        {"status": "closed", "us": 1, "tactic": ["x"]},
        {"status": "rejected", "us": 1, "kind": "none of ours", "message": ""},
        {**ADVANCED, "us": "long"},
        {**ADVANCED, "us": -1},
        {**ADVANCED, "state": None},
        {**ADVANCED, "goals": "⊢ p"},
        {**ADVANCED, "goals": [{**GOAL, "pp": 3}]},
        {**ADVANCED, "goals": [{**GOAL, "hypotheses": [{"name": "h"}]}]},
        {**ADVANCED, "groups": [[0, 1]]},
        {**ADVANCED, "groups": []},
        {**ADVANCED, "key": {}},
    ],
)
async def test_a_reply_that_makes_no_sense_is_the_end_of_its_process_and_of_nothing_else(pool: Pool, reply: dict[str, object]) -> None:
    state = await pool.start(A)
    pids = {worker.pid for worker in pool.workers}
    step = await pool.step(state, f"nonsense {json.dumps(reply)}")
    assert isinstance(step, Crashed), step
    assert {worker.pid for worker in pool.workers} != pids
    assert isinstance(await pool.step(state, "close"), Closed)


async def test_a_deadline_ends_a_replay_as_well(pool: Pool) -> None:
    state = await advance(pool, await pool.start(A), "sleep 1.5")
    for worker in pool.workers:
        await worker.renew()
    began = time.monotonic()
    with pytest.raises(DeadlinePassed):
        await pool.step(state, "close", deadline=time.monotonic() + 0.5)
    assert time.monotonic() - began < 1.4


async def test_requests_of_higher_priority_are_served_first_and_equals_in_order(pool: Pool) -> None:
    first, second = await asyncio.gather(pool.start(A), pool.start(B))
    busy = [asyncio.create_task(pool.step(state, "sleep 0.5")) for state in (first, second)]
    await asyncio.sleep(0.1)
    served: list[str] = []

    async def ask(name: str, priority: int) -> None:
        await pool.step(first, "sleep 0.1", priority=priority)
        served.append(name)

    async with asyncio.TaskGroup() as group:
        for name, priority in (("late", 5), ("normal 1", 0), ("normal 2", 0), ("urgent", -1)):
            group.create_task(ask(name, priority))
            await asyncio.sleep(0)
    assert served.index("urgent") <= 1
    assert served.index("late") >= 2
    await asyncio.gather(*busy)


async def test_a_deadline_ends_a_request_that_waits(pool: Pool) -> None:
    first, second = await asyncio.gather(pool.start(A), pool.start(B))
    busy = [asyncio.create_task(pool.step(state, "sleep 2")) for state in (first, second)]
    await asyncio.sleep(0.1)
    began = time.monotonic()
    with pytest.raises(DeadlinePassed):
        await pool.step(first, "close", deadline=time.monotonic() + 0.3)
    assert time.monotonic() - began < 1
    await asyncio.gather(*busy)
    assert pool.counters().restarts == 0, "it had not reached a process"


async def test_a_callers_deadline_is_no_verdict_on_the_tactic(pool: Pool) -> None:
    state = await pool.start(A)
    with pytest.raises(DeadlinePassed):
        await pool.step(state, "hang", deadline=time.monotonic() + 0.3)
    assert isinstance(await pool.step(state, "close"), Closed)


async def test_a_cancelled_caller_leaves_the_queue_and_the_processes_as_they_were(pool: Pool) -> None:
    first, second = await asyncio.gather(pool.start(A), pool.start(B))
    busy = [asyncio.create_task(pool.step(state, "sleep 0.6")) for state in (first, second)]
    await asyncio.sleep(0.1)
    waiting = [asyncio.create_task(pool.step(first, "close")) for _ in range(20)]
    await asyncio.sleep(0.1)
    for task in waiting:
        task.cancel()
    await asyncio.gather(*waiting, return_exceptions=True)
    await asyncio.gather(*busy)
    assert isinstance(await pool.step(first, "close"), Closed)
    assert pool.counters().restarts == 0


async def test_a_cancelled_step_that_ends_by_itself_costs_nothing(pool: Pool) -> None:
    state = await pool.start(A)
    task = asyncio.create_task(pool.step(state, "sleep 0.4"))
    await asyncio.sleep(0.1)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert all(isinstance(step, Closed) for step in await asyncio.gather(*(pool.step(state, "close") for _ in range(4))))
    assert pool.counters().restarts == 0


async def test_a_cancelled_step_that_does_not_end_costs_its_process_and_nobody_elses(pool: Pool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("prover.lean.pool._ABANDONED_SECONDS", 0.3)
    state = await pool.start(A)
    task = asyncio.create_task(pool.step(state, "hang"))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert pool.counters().restarts == 0
    await asyncio.sleep(0.5)
    assert pool.counters().restarts == 1
    assert all(isinstance(step, Closed) for step in await asyncio.gather(*(pool.step(state, "close") for _ in range(4))))


async def test_more_callers_than_may_wait_are_held_back_and_all_answered() -> None:
    pool = Pool(RECIPE, PoolSettings(workers=2, spares=0, waiting=3), StepLimits(seconds=5.0))
    state = await pool.start(A)
    tasks = [asyncio.create_task(pool.step(state, "sleep 0.02")) for _ in range(40)]
    await asyncio.sleep(0.05)
    assert len(pool._waiting) <= 3
    assert all(isinstance(step, Advanced) for step in await asyncio.gather(*tasks))
    await pool.close()


async def test_a_process_keeps_a_bounded_number_of_states() -> None:
    pool = Pool(RECIPE, PoolSettings(workers=1, spares=0), StepLimits(seconds=5.0, states=50))
    root = await pool.start(A)
    states = [root]
    for number in range(200):
        states.append(await advance(pool, states[number // 2], f"sleep 0.000{number}"))
    (lane,) = pool._lanes
    assert len(lane.stepper._ids.states) <= 51
    assert pool.counters().evicted >= 100
    assert isinstance(await pool.step(states[3], "close"), Closed)
    await pool.close()


async def test_everything_is_counted(pool: Pool) -> None:
    state = await advance(pool, await pool.start(A))
    assert isinstance(await pool.step(state, "close"), Closed)
    limited = Pool(RECIPE, PoolSettings(workers=1, spares=0), StepLimits(seconds=0.3))
    assert isinstance(await limited.step(await limited.start(A), "hang"), TimedOut)
    await limited.close()
    counters = pool.counters()
    assert counters.outcomes == {"advanced": 1, "closed": 1}
    assert counters.requests == 4, "a header, a start, two steps"
    assert counters.bytes_out > 100
    assert counters.bytes_in > 100
    assert counters.lean_seconds == pytest.approx(0.0025, abs=0.001)
    assert counters.queue_seconds >= 0
    assert limited.counters().timeouts == 1
    assert limited.counters().outcomes == {"timed_out": 1}


async def test_a_pool_that_is_closed_leaves_nothing_behind(pool: Pool) -> None:
    state = await pool.start(A)
    waiting = asyncio.create_task(pool.step(state, "hang"))
    await asyncio.sleep(0.1)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    pids = [worker.pid for worker in pool.workers]
    await pool.close()
    assert await gone([pid for pid in pids if pid is not None])
