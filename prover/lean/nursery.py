"""Warm spares: Lean processes that are ready before anyone needs them.

Promises: `take` gives a process that nobody has used; with a spare ready it gives it at once, and makes another in the background. A spare has
rehearsed: it has answered the requests that the next user is likely to begin with, so that their first cost is paid. A start that
fails is tried again at growing intervals, and said to whoever waits. Costs one process's memory for each spare.
"""

import asyncio
from collections.abc import Coroutine, Mapping, Sequence
from contextlib import suppress
from typing import Any

from prover.lean.counters import Counters
from prover.lean.launch import ToolchainError
from prover.lean.process import DeadlinePassed, Process, Recipe, WorkerDied

_MOST_STARTS_AT_ONCE = 2
_REHEARSAL_SECONDS = 120.0
_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 0.5, 30.0


class Nursery:
    """Makes processes by one recipe, ``spares`` of them ahead."""

    def __init__(self, recipe: Recipe, *, spares: int = 0) -> None:
        self.recipe = recipe
        self.counters = Counters()
        self.rehearsal: Sequence[Mapping[str, object]] = ()
        self._spares = spares
        self._ready: list[Process] = []
        self._coming: set[asyncio.Task[None]] = set()
        self._starts = asyncio.Semaphore(_MOST_STARTS_AT_ONCE)
        self._failures = 0
        self._wanted = False
        self._closed = False

    def warm_up(self) -> None:
        """Starts the spares that are missing, in the background, and from now on whenever one is taken."""
        self._wanted = True
        while not self._closed and len(self._ready) + len(self._coming) < self._spares:
            self._in_background(self._raise_spare())

    async def take(self) -> Process:
        """A fresh process.

        Raises:
            WorkerDied: Lean does not start, or the nursery is closed.
        """
        if self._closed:
            raise WorkerDied("closed")
        while self._ready:
            process = self._ready.pop()
            if process.alive:
                self.counters.spares_used += 1
                self.warm_up()
                return process
            await process.kill()
        process = await self._start()
        if self._wanted:
            self.warm_up()
        return process

    async def close(self) -> None:
        self._closed = True
        for task in self._coming:
            task.cancel()
        await asyncio.gather(*self._coming, return_exceptions=True)
        await asyncio.gather(*(process.kill() for process in self._ready))
        self._ready.clear()

    @property
    def ready(self) -> int:
        return len(self._ready)

    async def _start(self) -> Process:
        if self._failures:
            await asyncio.sleep(min(_PAUSE_SECONDS * 2**self._failures, _LONGEST_PAUSE_SECONDS) if self._failures > 1 else 0)
        async with self._starts:
            try:
                process = await Process.start(self.recipe)
            except ToolchainError as error:
                raise WorkerDied(f"Lean did not start: {error}") from error
            except WorkerDied:
                self._failures += 1
                raise
        self._failures = 0
        self.counters.starts += 1
        self.counters.start_seconds += process.seconds_to_start
        return process

    async def _raise_spare(self) -> None:
        with suppress(WorkerDied, DeadlinePassed):  # whoever needs it will try again, and hear why
            process = await self._start()
            try:
                for message in self.rehearsal:
                    await process.exchange(message, _REHEARSAL_SECONDS, Counters())
            except BaseException:
                await process.kill()
                raise
            self._ready.append(process)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._coming.add(task)
        task.add_done_callback(self._coming.discard)
