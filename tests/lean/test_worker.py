"""Whatever a process does, a request ends in time and the next one gets its own answer."""

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import pytest

from prover.lean.launch import Launch, Progress, Role, no_progress
from prover.lean.process import Recipe
from prover.lean.worker import DeadlinePassed, Worker, WorkerDied
from tests.lean.contract import family, gone

FAKE = Path(__file__).with_name("fake_stepper.py")


@dataclass(frozen=True)
class FakeToolchain:
    """Starts the scripted peer where a Lean would be started."""

    scenario: str = "good"
    kind: Literal["embedded", "native"] = "embedded"
    lean_version: str = "none"
    identity: str = "a scripted peer"

    def prepare(self, program: Path, *, progress: Progress = no_progress) -> None:
        pass

    def reply_path(self, reply_fd: int) -> str:
        return str(reply_fd)

    def launch(self, program: Path, args: Sequence[str], *, reply_fd: int, role: Role = "search") -> Launch:
        readable = (program.parent, Path(sys.prefix), Path(sys.base_prefix))
        return Launch((sys.executable, str(program), *args, self.scenario), dict(os.environ), program.parent, None, readable)


@pytest.fixture
async def worker() -> AsyncIterator[Worker]:
    worker = Worker(Recipe(FakeToolchain(), FAKE, start_seconds=20))
    yield worker
    await worker.close()


async def test_it_answers(worker: Worker) -> None:
    assert (await worker.request({"say": "ok"}, 5))["status"] == "ok"
    assert worker.restarts == 0


async def test_a_hang_ends_at_the_deadline_and_the_next_request_is_answered_by_a_new_process(worker: Worker) -> None:
    first = (await worker.request({}, 5))["pid"]
    began = time.monotonic()
    with pytest.raises(DeadlinePassed):
        await worker.request({"say": "hang"}, 0.3)
    assert time.monotonic() - began < 5
    second = await worker.request({}, 5)
    assert second["status"] == "ok"
    assert second["pid"] != first
    assert worker.restarts == 1


async def test_a_late_reply_is_never_taken_for_the_next_one(worker: Worker) -> None:
    with pytest.raises(DeadlinePassed):
        await worker.request({"say": "late"}, 0.2)
    await asyncio.sleep(2)
    assert (await worker.request({}, 5))["status"] == "ok"


@pytest.mark.parametrize("what", ["die", "garbage", "half", "stale", "huge", "closes its pipe", "killed", "stop"])
async def test_a_process_that_breaks_the_protocol_is_replaced(worker: Worker, what: str) -> None:
    await worker.request({}, 5)
    with pytest.raises(WorkerDied):
        await worker.request({"say": what}, 20)
    assert (await worker.request({}, 5))["status"] == "ok"


async def test_a_cancelled_request_leaves_no_reply_behind(worker: Worker) -> None:
    await worker.request({}, 5)
    task = asyncio.create_task(worker.request({"say": "late"}, 10))
    await asyncio.sleep(0.2)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert (await worker.request({}, 5))["status"] == "ok"


async def test_what_it_prints_neither_blocks_nor_answers() -> None:
    worker = Worker(Recipe(FakeToolchain("noisy"), FAKE, start_seconds=20))
    assert (await worker.request({}, 5))["status"] == "ok"
    await worker.close()


async def test_a_start_that_fails_says_what_the_process_said() -> None:
    worker = Worker(Recipe(FakeToolchain("dies at start"), FAKE, start_seconds=20))
    with pytest.raises(WorkerDied, match="no such file"):
        await worker.request({}, 5)
    await worker.close()


async def test_a_request_during_the_start_waits_for_it() -> None:
    worker = Worker(Recipe(FakeToolchain("slow start"), FAKE, start_seconds=20))
    worker.warm_up()
    await asyncio.sleep(0.4)
    assert worker.pid is None, "the process must not be ready yet, for this to mean anything"
    assert (await worker.request({}, 5))["status"] == "ok"
    assert worker.restarts == 0
    await worker.close()


async def test_a_start_has_a_deadline() -> None:
    worker = Worker(Recipe(FakeToolchain("never ready"), FAKE, start_seconds=0.5))
    with pytest.raises(WorkerDied, match="not ready"):
        await worker.request({}, 5)
    await worker.close()


async def test_a_second_reply_to_one_request_is_nobodys(worker: Worker) -> None:
    """A forged reply is believed as little as any; what matters is that the one behind it is not taken for the next request's."""
    await worker.request({"say": "forged"}, 5)
    with pytest.raises(WorkerDied, match="a reply to request"):
        await worker.request({}, 5)
    assert (await worker.request({}, 5))["status"] == "ok"


async def test_a_second_greeting_is_no_reply() -> None:
    worker = Worker(Recipe(FakeToolchain("greets twice"), FAKE, start_seconds=20))
    with pytest.raises(WorkerDied, match="a reply to request 0"):
        await worker.request({}, 5)
    await worker.close()


async def test_a_process_that_died_between_two_requests_is_no_failure_of_the_second(worker: Worker) -> None:
    await worker.request({}, 5)
    assert worker.pid is not None
    os.kill(worker.pid, signal.SIGKILL)
    await asyncio.sleep(0.2)
    assert (await worker.request({}, 5))["status"] == "ok"
    assert worker.counters.deaths == 1


async def test_a_request_for_a_process_that_is_gone_never_reaches_its_successor(worker: Worker) -> None:
    """It may name a state by a number that means another one there."""
    await worker.request({}, 5)
    before, pid = worker.generation, worker.pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    await asyncio.sleep(0.2)
    with pytest.raises(WorkerDied) as caught:
        await worker.request({}, 5, generation=before)
    assert caught.value.killed
    assert (await worker.request({}, 5, generation=worker.generation))["status"] == "ok"


async def test_one_that_dies_whenever_it_is_ready_is_an_error_and_not_a_loop() -> None:
    worker = Worker(Recipe(FakeToolchain("dies after its greeting"), FAKE, start_seconds=20))
    with pytest.raises(WorkerDied):
        await worker.request({}, 5)
    await worker.close()


async def test_one_that_ignores_sigterm_dies_all_the_same() -> None:
    worker = Worker(Recipe(FakeToolchain("ignores SIGTERM"), FAKE, start_seconds=20))
    await worker.request({}, 5)
    pid = worker.pid
    await worker.close()
    assert await gone([pid or 0])


async def test_a_stopped_process_is_noticed_long_before_the_deadline(worker: Worker) -> None:
    await worker.request({}, 5)
    began = time.monotonic()
    with pytest.raises(WorkerDied) as caught:
        await worker.request({"say": "stop"}, 60)
    assert caught.value.killed
    assert time.monotonic() - began < 20


async def test_one_that_grows_too_large_between_two_requests_is_recycled() -> None:
    worker = Worker(Recipe(FakeToolchain(), FAKE, start_seconds=20), memory_mb=200)
    before = (await worker.request({"say": "grow 220"}, 30))["pid"]
    await asyncio.sleep(1)  # memory is looked at a few times a second
    assert (await worker.request({}, 30))["pid"] != before
    assert worker.counters.recycled == 1
    await worker.close()


async def test_one_that_grows_too_large_during_a_request_is_killed() -> None:
    worker = Worker(Recipe(FakeToolchain(), FAKE, start_seconds=20), memory_mb=200)
    with pytest.raises(WorkerDied, match="memory limit"):
        await worker.request({"say": "grow and hang"}, 30)
    assert worker.counters.memory_kills == 1
    assert (await worker.request({}, 30))["status"] == "ok"
    await worker.close()


@pytest.mark.parametrize("what", ["child", "daemon"])
async def test_close_leaves_no_process_not_even_a_grandchild(worker: Worker, what: str) -> None:
    await worker.request({"say": what}, 5)
    processes = family(worker.pid)
    assert len(processes) > 1
    await worker.close()
    assert await gone(processes)
