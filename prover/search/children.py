"""Tasks that do not outlive the block that started them."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any


@asynccontextmanager
async def children() -> AsyncIterator[set[asyncio.Task[Any]]]:
    """A set for tasks: those still in it at the end of the block are cancelled and waited for."""
    running: set[asyncio.Task[Any]] = set()
    try:
        yield running
    finally:
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)
