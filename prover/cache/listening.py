"""What everybody tells: one subscription for a process, and a bounded buffer for each of its listeners.

Promises: while the server is away nothing is heard, and nothing of that time afterwards; the subscription is renewed by itself. What is told is a
hint to look: whoever hears nothing loses time and no more. A slow listener hears the same event once, and loses the oldest beyond `MAX_WAITING`,
counted.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

from redis.exceptions import RedisError

from prover.cache.cache import Event
from prover.cache.codec import Corrupt, decode_event
from prover.cache.link import Link

_log = logging.getLogger(__name__)

MAX_WAITING = 10_000
_LOOK_SECONDS = 1.0
"""How long it may take to see that the link was lost."""

_QUIET_SECONDS = 15.0
"""After so long without a word the server is asked whether it is there."""


class Buffer:
    """Events that wait for a listener."""

    def __init__(self) -> None:
        self._waiting: dict[Event, None] = {}
        self._some = asyncio.Event()
        self._closed = False
        self.lost = 0

    def put(self, event: Event) -> None:
        self._waiting[event] = None
        if len(self._waiting) > MAX_WAITING:
            del self._waiting[next(iter(self._waiting))]
            self.lost += 1
        self._some.set()

    def close(self) -> None:
        """Ends the iteration."""
        self._closed = True
        self._some.set()

    def __aiter__(self) -> "Buffer":
        return self

    async def __anext__(self) -> Event:
        while not self._waiting:
            if self._closed:
                raise StopAsyncIteration
            self._some.clear()
            await self._some.wait()
        event = next(iter(self._waiting))
        del self._waiting[event]
        return event


class Ears:
    """The subscription of one process."""

    def __init__(self, link: Link, channel: str) -> None:
        self._link, self._channel = link, channel
        self._buffers: set[Buffer] = set()
        self._wanted, self._hearing = asyncio.Event(), asyncio.Event()
        self.lost = 0

    @asynccontextmanager
    async def events(self) -> AsyncIterator[AsyncIterator[Event]]:
        """Everything told from here on, where the server is there."""
        buffer = Buffer()
        self._buffers.add(buffer)
        self._wanted.set()
        try:
            if self._link.up.is_set():
                with suppress(TimeoutError):
                    async with asyncio.timeout(self._link.seconds):
                        await self._hearing.wait()
            yield buffer
        finally:
            self._buffers.discard(buffer)
            self.lost += buffer.lost
            buffer.close()

    async def listen(self) -> None:
        """Keeps the subscription, from the first listener on. Runs for as long as the cache is open."""
        await self._wanted.wait()
        while True:
            await self._link.up.wait()
            epoch = self._link.epoch
            subscription = self._link.server.subscription()
            try:
                await self._heard(subscription, epoch)
            except (RedisError, OSError, TimeoutError):
                await self._link.ask(("PING",))  # so that the link sees for itself
                await asyncio.sleep(0.05)
            except Exception:
                _log.exception("unexpected failure of the Redis client")
                await asyncio.sleep(_LOOK_SECONDS)
            finally:
                self._hearing.clear()
                with suppress(RedisError, OSError):
                    await subscription.aclose()

    async def _heard(self, subscription: Any, epoch: int) -> None:
        """Listens until the link is lost."""
        async with asyncio.timeout(self._link.seconds):
            await subscription.subscribe(self._channel)
        self._link.traffic.operations += 1
        quiet = 0.0
        while self._link.epoch == epoch:
            message = await subscription.get_message(timeout=_LOOK_SECONDS)
            if message is None:
                quiet += _LOOK_SECONDS
                if quiet >= _QUIET_SECONDS:
                    quiet = 0.0
                    await self._link.ask(("PING",))
                continue
            quiet = 0.0
            match message:
                case {"type": "subscribe"}:
                    self._hearing.set()
                case {"type": "message", "data": bytes(data)}:
                    self._pass_on(data)

    def _pass_on(self, data: bytes) -> None:
        try:
            event = decode_event(data)
        except Corrupt:
            self._link.corrupt += 1
            return
        for buffer in self._buffers:
            buffer.put(event)
