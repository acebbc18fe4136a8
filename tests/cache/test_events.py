"""What everybody tells, everybody hears."""

import asyncio
import subprocess
import sys

from prover.cache.cache import Cancelled, Disproved, Event, Solved
from prover.cache.listening import MAX_WAITING, Buffer
from prover.cache.redis_cache import RedisCache
from tests.cache.claims import claim, key
from tests.cache.servers import RedisServer

TELLER = """
import asyncio, sys
from pathlib import Path
from prover.cache.opening import open_redis
from prover.config import CacheConfig
from tests.cache.claims import claim, key

async def main():
    async with open_redis(CacheConfig(server=sys.argv[1]), Path()) as cache:
        await cache.add_proved(key(), claim())
        await cache.add_disproved(key(1), "n = 0")
        await cache.cancel("theorem")

asyncio.run(main())
"""
TOLD: list[Event] = [Solved(key()), Disproved(key(1)), Cancelled("theorem")]


async def test_solves_and_cancels_are_heard_in_other_processes(cache: RedisCache, server: RedisServer) -> None:
    async with cache.events() as events:
        await asyncio.to_thread(subprocess.run, [sys.executable, "-c", TELLER, server.address], check=True, timeout=30)
        async with asyncio.timeout(10):
            assert [await anext(events) for _ in TOLD] == TOLD


async def test_all_of_a_process_hear_everything_their_own_words_too(two: tuple[RedisCache, RedisCache]) -> None:
    mine, theirs = two
    async with mine.events() as first, mine.events() as second, theirs.events() as third:
        await mine.add_proved(key(), claim())
        async with asyncio.timeout(10):
            assert [await anext(events) for events in (first, second, third)] == 3 * [Solved(key())]


async def test_nonsense_on_the_channel_is_counted_and_not_heard(cache: RedisCache, server: RedisServer) -> None:
    async with cache.events() as events:
        nonsense = [
            b"",
            b"\xff",
            b"{}",
            b"[" * 100_000,
            b'{"v":1,"event":"cancelled","theorem":"\\ud800"}',
            b'{"v":1,"event":"solved"}',
            b"0" * 100_000,
        ]
        for word in nonsense:
            server.client().publish(cache.names.channel, word)
        await cache.cancel("t")
        async with asyncio.timeout(10):
            assert await anext(events) == Cancelled("t")
        assert cache.link.corrupt == len(nonsense)


async def test_a_slow_listener_hears_the_same_once_and_not_without_bound() -> None:
    buffer = Buffer()
    for number in range(MAX_WAITING + 5):
        buffer.put(Cancelled(str(number)))
        buffer.put(Cancelled(str(number)))
    assert await anext(buffer) == Cancelled("5")
    assert buffer.lost == 5
    buffer.close()
    assert len([event async for event in buffer]) == MAX_WAITING - 1


async def test_a_listener_ends_with_its_block(cache: RedisCache) -> None:
    async with cache.events() as events:
        listening = asyncio.create_task(anext(events, None))
        await asyncio.sleep(0)
    async with asyncio.timeout(10):
        assert await listening is None
