"""A cache that is too large loses what is worth least."""

from prover.cache.entries import Tried
from prover.cache.names import Kind
from prover.cache.redis_cache import RedisCache
from tests.cache.claims import claim, key
from tests.cache.conftest import opened
from tests.cache.servers import RedisServer

LONG = "-- " + "x" * 20_000


def held(cache: RedisCache, server: RedisServer, kind: Kind) -> int:
    return int(server.client().zcard(cache.names.index(kind)))


async def filled(cache: RedisCache) -> None:
    for number in range(30):
        await cache.add_proved(key(number), claim(f"omega {LONG}"))
        await cache.add_disproved(key(100 + number), f"n = 0 {LONG}")
        await cache.add_tried(key(200 + number), Tried("s" * 20_000, 1.0, 1))


async def test_tried_goes_before_disproved_and_proved_goes_last(server: RedisServer) -> None:
    async with opened(server, max_mb=100) as cache:
        await filled(cache)
        size = await cache.bound.size()
        assert 30 * 3 * 20_000 < size < 1.5 * 30 * 3 * 20_000
        kinds = (Kind.TRIED, Kind.DISPROVED, Kind.PROVED)
        for share, left in ((0.9, (True, 30, 30)), (0.55, (0, True, 30)), (0.2, (0, 0, True)), (0.0, (0, 0, 0))):
            cache.bound.max_bytes = int(share * size)
            await cache.bound.enforce()
            assert await cache.bound.size() <= cache.bound.max_bytes or not share
            for kind, wanted in zip(kinds, left, strict=True):
                assert 0 < held(cache, server, kind) < 30 if wanted is True else held(cache, server, kind) == wanted, (share, kind)


async def test_of_the_proved_the_one_unused_for_longest_goes_first(server: RedisServer) -> None:
    async with opened(server, max_mb=100) as cache:
        await filled(cache)
        for number in range(5):
            assert (await cache.look(key(number))).proved
        await cache.flush()
        cache.bound.max_bytes = int(0.15 * await cache.bound.size())
        await cache.bound.enforce()
        assert 0 < held(cache, server, Kind.PROVED) < 30
        for number in range(5):
            assert (await cache.look(key(number))).proved, "used last, so kept"
        assert not (await cache.look(key(5))).proved


async def test_it_happens_by_itself_and_leaves_other_data_alone(server: RedisServer) -> None:
    server.client().set("somebody else's", b"x" * 5_000_000)
    async with opened(server, max_mb=1) as cache:
        for number in range(300):
            await cache.add_proved(key(number), claim(f"omega {LONG}"))
        assert await cache.bound.size() < 1_200_000
        assert (await cache.look(key(299))).proved
        assert cache.bound.evicted
    assert server.client().strlen("somebody else's") == 5_000_000


async def test_what_somebody_else_removed_does_not_count(server: RedisServer) -> None:
    async with opened(server) as cache:
        await filled(cache)
        for name in server.client().scan_iter(match=r"stepwise:{*"):
            server.client().delete(name)
        assert await cache.bound.size() < 100_000
