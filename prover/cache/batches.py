"""What many ask at once goes to the server together.

One batch is on its way at a time; what is asked meanwhile makes the next one, so that a busy process sends a few large packets in place of many
small ones, and holds one connection. An asker who gives up costs nobody else anything: what he asked is left out if it has not been sent, and its
replies are thrown away if it has. Costs: some hundred microseconds a batch and some tens a command; at most one more round trip of waiting.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from prover.cache.server import Command

_MOST = 512
"""Questions in one batch."""

_Question = tuple[Sequence[Command], "asyncio.Future[list[Any]]"]

Send = Callable[[Sequence[Command]], Awaitable[list[Any]]]


class Batches:
    """`run` sends, for as long as it runs."""

    def __init__(self, send: Send, seconds: float) -> None:
        """Args:
        seconds: for one batch.
        """
        self._send, self._seconds = send, seconds
        self._waiting: list[_Question] = []
        self._some = asyncio.Event()
        self._over = False

    async def ask(self, commands: Sequence[Command]) -> list[Any]:
        """Replies to the commands. The deadline is that of the batch, and of the one before it: waiting for the loop is no sign of a slow server.

        Raises:
            Exception: what sending the batch raised; TimeoutError where it took too long.
        """
        answer: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
        if self._over:
            raise ConnectionResetError("the cache is closed")
        self._waiting.append((commands, answer))
        self._some.set()
        return await answer

    async def run(self) -> None:
        batch: list[_Question] = []
        try:
            while True:
                await self._some.wait()
                batch, self._waiting = self._waiting[:_MOST], self._waiting[_MOST:]
                if not self._waiting:
                    self._some.clear()
                await self._sent([(commands, answer) for commands, answer in batch if not answer.done()])
        finally:
            self._over = True
            _fail([*batch, *self._waiting], ConnectionResetError("the cache is closed"))

    async def _sent(self, batch: list[_Question]) -> None:
        try:
            async with asyncio.timeout(self._seconds):
                replies = iter(await self._send([command for commands, _ in batch for command in commands]) if batch else [])
        except Exception as error:  # each asker sees for himself what it is; who waits behind them would only wait as long again
            waiting, self._waiting = self._waiting, []
            _fail([*batch, *waiting], error)
            return
        for commands, answer in batch:
            own = [next(replies) for _ in commands]
            if not answer.done():
                answer.set_result(own)


def _fail(questions: Sequence[_Question], error: Exception) -> None:
    for _, answer in questions:
        if not answer.done():
            answer.set_exception(error)
