"""A server that goes away costs the sharing, and not the run."""

import asyncio
import signal
import time
from collections.abc import Callable

from prover.cache.cache import Solved
from prover.cache.entries import Knowledge
from prover.cache.link import Back, Health, Lost
from prover.cache.opening import said
from tests.cache.claims import TRIED, claim, key
from tests.cache.conftest import opened
from tests.cache.servers import RedisServer


async def until(happened: Callable[[], bool]) -> None:
    async with asyncio.timeout(20):
        while not happened():
            await asyncio.sleep(0.02)


async def test_the_run_goes_on_without_it_says_so_and_finds_it_again(own_server: RedisServer) -> None:
    told: list[Health] = []
    async with opened(own_server, told.append) as mine, opened(own_server, told.append) as theirs, theirs.events() as events:
        told.clear()
        await mine.add_proved(key(), claim())
        assert await anext(events) == Solved(key())
        own_server.kill()
        for _ in range(20):
            assert await mine.look(key()) == Knowledge()
        async with mine.lease(key()) as first, mine.lease(key()) as second:
            assert (first, second) == (True, True)
        await mine.add_proved(key(1), claim("simp"))
        await mine.add_disproved(key(2), "n = 0")
        await mine.add_tried(key(3), TRIED)
        await mine.drop(key(), claim())
        await mine.cancel("t")
        assert await mine.similar("0123456789abcdef", "∀ n, n = n") == []
        await until(lambda: len(told) == 2)
        assert all(isinstance(health, Lost) for health in told), "each of the two says it once"
        own_server.start()
        await until(lambda: len(told) == 4)
        assert all(isinstance(health, Back) for health in told[2:])
        assert all(own_server.address in said(health) and "\n" not in said(health) for health in told)
        assert (await mine.look(key())).proved == (claim(),)
        async with asyncio.timeout(20):
            await theirs.ears._hearing.wait()
            while not (await theirs.look(key(1))).proved:  # what was found meanwhile is told when it is back
                await asyncio.sleep(0.02)
            await mine.add_proved(key(4), claim())
            while await anext(events) != Solved(key(4)):
                pass
        assert (await theirs.look(key(2))).disproved == "n = 0"


async def test_a_server_that_hangs_costs_one_wait(own_server: RedisServer) -> None:
    told: list[Health] = []
    async with opened(own_server, told.append, timeout=0.5) as cache:
        await cache.add_proved(key(), claim())
        own_server.signal(signal.SIGSTOP)
        began = time.monotonic()
        assert await asyncio.gather(*(cache.look(key()) for _ in range(100))) == 100 * [Knowledge()]
        for _ in range(100):
            await cache.look(key())
        assert time.monotonic() - began < 5.0, "not half a second for each"
        await until(lambda: len(told) == 1)
        own_server.signal(signal.SIGCONT)
        await until(lambda: len(told) == 2)
        assert (await cache.look(key())).proved == (claim(),)


async def test_connections_that_were_closed_meanwhile_are_no_loss(server: RedisServer) -> None:
    told: list[Health] = []
    async with opened(server, told.append) as cache:
        await cache.add_proved(key(), claim())
        for _ in range(5):
            server.client().client_kill_filter(_type="normal", skipme=True)
            assert (await cache.look(key())).proved == (claim(),)
        assert not told


async def test_a_lease_survives_the_server_coming_back(own_server: RedisServer) -> None:
    async with opened(own_server, lease_seconds=0.6) as mine:
        async with mine.lease(key()):
            own_server.kill()
            own_server.options = ("--appendonly", "no")  # it comes back with nothing
            (own_server.folder / "appendonly.aof").unlink()
            await mine.look(key())
            own_server.start()
            await until(mine.link.up.is_set)
            async with asyncio.timeout(10):
                while not (await mine.look(key())).held_by:
                    await asyncio.sleep(0.02)
        assert not mine.leases.lost


async def test_a_server_that_refuses_to_write_is_still_read(server: RedisServer) -> None:
    async with opened(server) as cache:
        await cache.add_proved(key(), claim())
        try:
            server.client().config_set("maxmemory", 1)
            await cache.add_proved(key(1), claim())
            assert cache.link.traffic.refused
            assert cache.link.up.is_set()
        finally:
            server.client().config_set("maxmemory", 0)
        assert (await cache.look(key())).proved == (claim(),)
