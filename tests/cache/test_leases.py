"""One at a goal, and never nobody for long."""

import asyncio
import os
import signal
import subprocess
import sys
import time

from prover.cache.redis_cache import RedisCache
from tests.cache.claims import key
from tests.cache.conftest import opened
from tests.cache.servers import RedisServer

HOLDER = """
import asyncio, sys
from pathlib import Path
from prover.cache.opening import open_redis
from prover.config import CacheConfig
from tests.cache.claims import key

async def main():
    async with open_redis(CacheConfig(server=sys.argv[1], lease_seconds=1.0), Path()) as cache, cache.lease(key()) as mine:
        print(mine, flush=True)
        await asyncio.sleep(60)

asyncio.run(main())
"""


async def test_one_holds_it_and_the_others_see_who(two: tuple[RedisCache, RedisCache]) -> None:
    mine, theirs = two
    async with mine.lease(key()) as got, theirs.lease(key()) as refused, mine.lease(key()) as again, theirs.lease(key(1)) as other:
        assert (got, refused, again, other) == (True, False, False, True)
        assert str(os.getpid()) in (await theirs.look(key())).held_by
    assert not (await theirs.look(key())).held_by
    async with theirs.lease(key()) as got:
        assert got


async def test_it_is_given_back_when_the_holder_is_cancelled_or_fails(cache: RedisCache) -> None:
    async def hold(fails: bool) -> None:
        async with cache.lease(key()):
            if fails:
                raise ValueError
            await asyncio.sleep(60)

    task = asyncio.create_task(hold(fails=False))
    while not (await cache.look(key())).held_by:
        await asyncio.sleep(0.01)
    task.cancel()
    results = await asyncio.gather(task, hold(fails=True), return_exceptions=True)
    assert [type(result) for result in results] in ([asyncio.CancelledError, ValueError],)
    assert not (await cache.look(key())).held_by


async def test_a_holder_that_works_for_longer_than_the_lease_keeps_it(server: RedisServer) -> None:
    async with opened(server, lease_seconds=0.3) as mine, opened(server) as theirs, mine.lease(key()):
        for _ in range(4):
            await asyncio.sleep(0.2)
            async with theirs.lease(key()) as got:
                assert not got


async def test_a_killed_holder_loses_it_soon(server: RedisServer) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, server.address], stdout=subprocess.PIPE, text=True)
    assert holder.stdout is not None
    assert holder.stdout.readline() == "True\n"
    async with opened(server) as cache:
        async with cache.lease(key()) as got:
            assert not got
        holder.send_signal(signal.SIGKILL)
        holder.wait(10)
        deadline = time.monotonic() + 10
        while True:
            async with cache.lease(key()) as got:
                if got:
                    break
            assert time.monotonic() < deadline
            await asyncio.sleep(0.05)


async def test_one_that_was_lost_is_noticed_and_the_new_holder_keeps_it(server: RedisServer) -> None:
    async with opened(server, lease_seconds=0.3) as mine, opened(server) as theirs:
        async with mine.lease(key()) as got:
            assert got
            server.client().delete(mine.names.lease("0123456789abcdef:0-0"))  # as if it had run out while its holder was stopped
            async with theirs.lease(key()) as taken:
                assert taken
                while not mine.leases.lost:
                    await asyncio.sleep(0.02)
        assert mine.leases.lost == 1


async def test_one_that_ran_out_with_nobody_else_there_is_taken_again(server: RedisServer) -> None:
    async with opened(server, lease_seconds=0.3) as mine, mine.lease(key()):
        server.client().delete(mine.names.lease("0123456789abcdef:0-0"))
        while not (await mine.look(key())).held_by:
            await asyncio.sleep(0.02)
        assert not mine.leases.lost
