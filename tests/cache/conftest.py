"""One redis-server for the tests that leave it alone, emptied for each; and caches on it."""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from prover.cache.link import Health
from prover.cache.opening import open_redis
from prover.cache.redis_cache import RedisCache
from prover.config import CacheConfig
from tests.cache.servers import RedisServer

Open = Callable[..., AbstractAsyncContextManager[RedisCache]]


@pytest.fixture(scope="session")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RedisServer]:
    server = RedisServer(tmp_path_factory.mktemp("redis"))
    yield server
    server.close()


@pytest.fixture
def server(shared_server: RedisServer) -> RedisServer:
    shared_server.client().flushall()
    return shared_server


@pytest.fixture
def own_server(tmp_path: Path) -> Iterator[RedisServer]:
    """A server that the test may kill."""
    folder = tmp_path / "redis"
    folder.mkdir()
    server = RedisServer(folder)
    yield server
    server.close()


def opened(server: RedisServer, tell: Callable[[Health], None] | None = None, **settings: Any) -> AbstractAsyncContextManager[RedisCache]:
    return open_redis(CacheConfig(**{"server": server.address, **settings}), Path("/nonexistent"), tell=tell)


@pytest.fixture
async def cache(server: RedisServer) -> AsyncIterator[RedisCache]:
    async with opened(server) as cache:
        yield cache


@pytest.fixture
async def two(server: RedisServer) -> AsyncIterator[tuple[RedisCache, RedisCache]]:
    """Two who share."""
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(opened(server)), await stack.enter_async_context(opened(server))
