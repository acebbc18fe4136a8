"""The way to the server while a run goes on: questions that never raise.

A question that gets no answer opens the circuit: from then on every question is answered at once with None, and the server is looked for in the
background, with growing pauses. The caller is told, once when it is lost and once when it is back; a server that answers again at the first look was
never lost. Costs: nothing beyond the round trip.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from redis.exceptions import ClusterDownError, ReadOnlyError, RedisError, ResponseError

from prover.cache.batches import Batches
from prover.cache.server import CacheUnavailable, Command, Server

_log = logging.getLogger(__name__)

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0


@dataclass(frozen=True, slots=True)
class Lost:
    """The server does not answer; the run goes on without it."""

    server: str
    reason: str


@dataclass(frozen=True, slots=True)
class Back:
    """The server answers again, after so many seconds."""

    server: str
    seconds: float


Health = Lost | Back
Tell = Callable[[Health], None]
Do = Callable[[], Awaitable[None]]


@dataclass(slots=True)
class Traffic:
    """What was asked of the server.

    Attributes:
        operations: commands.
        round_trips: times that somebody waited for replies; several commands can share one, and so can several that wait.
        failures: round trips without replies.
        refused: commands that the server answered with an error (out of memory, not permitted).
    """

    operations: int = 0
    round_trips: int = 0
    failures: int = 0
    refused: int = 0


class Link:
    """Questions to one server.

    Attributes:
        up: set while the server answers.
        epoch: changes whenever the server is lost.
    """

    def __init__(
        self,
        server: Server,
        seconds: float,
        tell: Tell,
        revive: Do,
        back: Do,
    ) -> None:
        """Args:
        seconds: for one question.
        tell: called when the server is lost, and when it is back.
        revive: called before each look for a lost server; may start one. May raise `CacheUnavailable`.
        back: called when it is there again.
        """
        self.server, self.seconds = server, seconds
        self._batches = Batches(server.send, seconds)
        self._tell, self._revive, self._back = tell, revive, back
        self.traffic = Traffic()
        self.up, self._down = asyncio.Event(), asyncio.Event()
        self.up.set()
        self.epoch = 0
        self.corrupt = 0
        self._reason = ""

    async def ask(self, *commands: Command) -> list[Any] | None:
        """Replies in order, or None: no answer. A reply may be a `ResponseError`, which concerns its command alone."""
        return await self._asked(commands) if self.up.is_set() else None

    async def must(self, *commands: Command) -> list[Any]:
        """As `ask`.

        Raises:
            CacheUnavailable: no answer, or the server refuses a command.
        """
        replies = await self.ask(*commands)
        if replies is None:
            raise CacheUnavailable(f"proof cache: {self.server.name} does not answer any more{f' ({self._reason})' if self._reason else ''}")
        for reply in replies:
            if isinstance(reply, ResponseError) and "WRONGTYPE" not in str(reply):
                raise CacheUnavailable(f"proof cache: {self.server.name} refuses: {reply}")
        return replies

    async def keep(self) -> None:
        """Sends what is asked, and looks for the server whenever it is lost. Runs for as long as the link is in use."""
        async with running(self._batches.run()):
            while True:
                await self._down.wait()
                await self._sought()

    async def _asked(self, commands: tuple[Command, ...]) -> list[Any] | None:
        epoch = self.epoch
        self.traffic.operations += len(commands)
        self.traffic.round_trips += 1
        try:
            replies = await self._batches.ask(commands)
        except (RedisError, OSError, TimeoutError) as error:
            self._lose(epoch, str(error) or f"no answer within {self.seconds:g} s")
            return None
        except Exception as error:  # the client library must not end a run, whatever it trips over
            _log.exception("unexpected failure of the Redis client")
            self._lose(epoch, repr(error))
            return None
        for command, reply in zip(commands, replies, strict=True):
            if isinstance(reply, ReadOnlyError | ClusterDownError):
                self._lose(epoch, str(reply))
                return None
            if isinstance(reply, ResponseError):
                await self._refused(command, reply)
        return replies

    async def _refused(self, command: Command, error: ResponseError) -> None:
        """A key that holds something of another kind is nobody's entry: it goes."""
        if "WRONGTYPE" in str(error):
            self.corrupt += 1
            names = command[3 : 3 + command[2]] if command[0] == "EVAL" else command[1:2]
            with suppress(RedisError, OSError, TimeoutError):
                async with asyncio.timeout(self.seconds):
                    await self.server.send([("UNLINK", name) for name in names])
        else:
            self.traffic.refused += 1
            _log.warning("%s refuses %s: %s", self.server.name, command[0], error)

    def _lose(self, epoch: int, reason: str) -> None:
        self.traffic.failures += 1
        if epoch == self.epoch:  # else the loss is known already, and perhaps mended
            self.epoch += 1
            self._reason = reason
            self.up.clear()
            self._down.set()

    async def _sought(self) -> None:
        lost, pause, told = time.monotonic(), _FIRST_PAUSE, False
        while not await self._found():
            if not told:
                told = True
                self._tell(Lost(self.server.name, self._reason))
            await asyncio.sleep(pause)
            pause = min(2 * pause, _LONGEST_PAUSE)
        self._down.clear()
        self.up.set()
        if told:
            self._tell(Back(self.server.name, time.monotonic() - lost))
        await self._back()

    async def _found(self) -> bool:
        try:
            await self._revive()
            async with asyncio.timeout(self.seconds):
                await self.server.forget_connections()
                replies = await self.server.send([("PING",)])
        except (RedisError, OSError, TimeoutError, CacheUnavailable) as error:
            self._reason = self._reason or str(error)
            return False
        return not isinstance(replies[0], Exception)


@asynccontextmanager
async def running(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    """The work goes on for as long as the body runs. (A task group would wrap the body's own exceptions.)"""
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        await asyncio.wait({task})
