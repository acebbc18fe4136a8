"""What goes wrong while the simulation runs."""

import asyncio
import fcntl
import os
import random
import signal
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from prover.cache.redis_cache import RedisCache
from tests.sim.agents import Agents


@dataclass(frozen=True, slots=True)
class Failures:
    """In seconds, before they are divided.

    Attributes:
        life: of an agent, on the average. away: until there is another in its place.
        node: share of the agents that go at once, when 30 % of the theorems are done.
        outage: of Redis, which is killed when half of them are.
    """

    life: float = 1_500.0
    away: float = 15.0
    node: float = 0.05
    outage: float = 6.0


async def agents_go(agents: Agents, failures: Failures, seed: int) -> None:
    """One here and there, whatever they are at, until it is cancelled."""
    rng = random.Random(seed)
    while True:
        await asyncio.sleep(rng.expovariate(len(agents.agents) / failures.life))
        agents.lose([rng.choice(agents.agents)], failures.away)


async def node_goes(agents: Agents, failures: Failures, done: Callable[[], float]) -> None:
    """Many at once."""
    await _until(0.3, done)
    agents.lose(agents.agents[: max(1, round(failures.node * len(agents.agents)))], failures.away)


async def redis_goes(cache: RedisCache, folder: Path, failures: Failures, done: Callable[[], float]) -> None:
    """The server is killed, and nobody can start it again before the outage is over."""
    await _until(0.5, done)
    [info] = await cache.link.must(("INFO", "server"))
    with (folder / "start").open("rb+") as lock:
        while not _taken(lock):
            await asyncio.sleep(0.01)
        with suppress(ProcessLookupError):
            os.kill(info["process_id"], signal.SIGKILL)
        await asyncio.sleep(failures.outage)


async def _until(share: float, done: Callable[[], float]) -> None:
    while done() < share:
        await asyncio.sleep(0.05)


def _taken(lock: IO[bytes]) -> bool:
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
