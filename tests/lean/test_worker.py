"""Whatever a process does, a request ends in time and the next one gets its own answer."""

import asyncio
import os
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


@pytest.mark.parametrize("what", ["die", "garbage", "half", "stale", "huge"])
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


async def test_close_leaves_no_process_not_even_a_grandchild(worker: Worker) -> None:
    await worker.request({"say": "child"}, 5)
    group = worker.pid
    assert group is not None
    await worker.close()
    await asyncio.sleep(0.1)
    assert alive_in_group(group) == []


def alive_in_group(group: int) -> list[int]:
    """Processes of a group that still run; a zombie that nobody has reaped yet does not."""
    alive = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, _, process_group = stat.read_text().rpartition(")")[2].split()[:3]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(process_group) == group and state != "Z":
            alive.append(int(stat.parent.name))
    return alive
