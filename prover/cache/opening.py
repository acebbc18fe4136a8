"""Opens the proof cache that the settings ask for."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path

from prover.cache.cache import ProofCache
from prover.cache.embedded import Embedded
from prover.cache.link import Back, Do, Health, Link, Lost, Tell, running
from prover.cache.names import Names
from prover.cache.off import NoCache
from prover.cache.redis_cache import RedisCache
from prover.cache.server import CacheUnavailable, Server
from prover.config import CacheConfig

_log = logging.getLogger(__name__)

_FOLDER = "proofs"
_OPEN_SECONDS = 10.0
"""For the first connection, at least: names have to be looked up and keys exchanged."""


@asynccontextmanager
async def open_cache(config: CacheConfig, folder: Path, password: str | None = None, tell: Tell | None = None) -> AsyncIterator[ProofCache]:
    """The proof cache for as long as the body runs.

    Args:
        folder: of the user's cache; the embedded server keeps its data below it.
        password: used where the address has none.
        tell: called once when the server is lost in mid-run and once when it is back [default: the log].

    Raises:
        CacheUnavailable: it cannot be used. One line for the user.
    """
    if config.server == "off":
        yield NoCache()
        return
    async with open_redis(config, folder, password, tell) as cache:
        yield cache


@asynccontextmanager
async def open_redis(config: CacheConfig, folder: Path, password: str | None = None, tell: Tell | None = None) -> AsyncIterator[RedisCache]:
    """As `open_cache`, where it is not off.

    Raises:
        CacheUnavailable: it is off, or cannot be used.
    """
    async with AsyncExitStack() as stack:
        if config.server == "off":
            raise CacheUnavailable("proof cache: it is off")
        if config.server == "embedded":
            embedded = await stack.enter_async_context(Embedded.at(folder / _FOLDER))
            server = await Server.connect(embedded.address, None, max(config.timeout, _OPEN_SECONDS), f"the embedded server in {folder / _FOLDER}")
            revive: Do = embedded.start
        else:
            server = await Server.connect(config.server, password, max(config.timeout, _OPEN_SECONDS))
            revive = _nothing
        stack.push_async_callback(server.close)

        async def back() -> None:
            await cache.say_what_was_not_said()

        link = Link(server, config.timeout, tell or _logged, revive, back)
        cache = RedisCache(link, Names(config.prefix), lease_seconds=config.lease_seconds, max_bytes=config.max_mb * 1_000_000)
        await stack.enter_async_context(running(link.keep()))
        await stack.enter_async_context(running(cache.ears.listen()))
        stack.push_async_callback(cache.flush)
        yield cache


def said(health: Health) -> str:
    """What became of the server, in one line for the user."""
    match health:
        case Lost(server, reason):
            return f"proof cache: {server} is lost ({' '.join(reason.split())}); the run goes on without it"
        case Back(server, seconds):
            return f"proof cache: {server} is back after {seconds:.1f} s"


def _logged(health: Health) -> None:
    _log.warning("%s", said(health))


async def _nothing() -> None:
    return None
