"""The proof cache that is not there."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager

from prover.cache.cache import Event
from prover.cache.entries import Key, Knowledge, ProvedClaim, Tried, environment_of


class NoCache:
    """Knows nothing, grants every lease, and nobody tells anything. What agents of one process share, they share without it."""

    async def look(self, key: Key) -> Knowledge:
        return Knowledge()

    async def add_proved(self, key: Key, claim: ProvedClaim) -> None: ...

    async def add_disproved(self, key: Key, reason: str) -> None: ...

    async def add_tried(self, key: Key, tried: Tried) -> None: ...

    async def add_environment(self, lean: Mapping[str, object], header: str) -> str:
        return environment_of(lean, header)

    async def drop(self, key: Key, claim: ProvedClaim) -> None: ...

    @asynccontextmanager
    async def lease(self, key: Key) -> AsyncIterator[bool]:
        yield True

    async def cancel(self, theorem: str) -> None: ...

    def events(self) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        return _silence()

    async def similar(self, environment: str, goal: str, limit: int = 5) -> list[ProvedClaim]:
        return []


@asynccontextmanager
async def _silence() -> AsyncIterator[AsyncIterator[Event]]:
    over = asyncio.Event()
    try:
        yield _nothing(over)
    finally:
        over.set()


async def _nothing(over: asyncio.Event) -> AsyncIterator[Event]:
    await over.wait()
    return
    yield
