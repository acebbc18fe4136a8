"""A Lean process that is always there, or on its way.

Promises: every request ends by its deadline, with a reply or with an exception; a process that missed one, died, was stopped or outgrew its
memory is killed with everything it started and replaced, by a warm spare where there is one. Knows processes, not what a request means.
"""

import asyncio
from collections.abc import Mapping

from prover.lean.counters import Counters
from prover.lean.nursery import Nursery
from prover.lean.process import DeadlinePassed as DeadlinePassed
from prover.lean.process import Process, Recipe
from prover.lean.process import WorkerDied as WorkerDied
from prover.lean.wire import Reply

_WATCH_SECONDS = 0.25
_BUSY_SHARE = 1.25
"""A process may pass its memory limit by this factor while it works; between two requests it may not."""

MEMORY_MB = {"embedded": 3000, "native": 12_000, "dojo": 12_000}
"""Resident memory of one process. The embedded Lean's own heap ends at 2 GiB; Mathlib takes about 5 GB before the first step."""


class Worker:
    """One process at a time. ``generation`` grows when a process is given up, before its successor is there: whatever a caller
    remembers about the inside of one (numbers of headers and states) is void from then on. Callers queue on an internal lock.
    """

    def __init__(self, nursery: Nursery | Recipe, *, memory_mb: int | None = None) -> None:
        self._own = isinstance(nursery, Recipe)
        self._nursery = Nursery(nursery) if isinstance(nursery, Recipe) else nursery
        self._memory = (memory_mb or MEMORY_MB[self._nursery.recipe.toolchain.kind]) * 1024**2
        self._lock = asyncio.Lock()
        self._process: Process | None = None
        self._starting: asyncio.Task[None] | None = None
        self._watching: asyncio.Task[None] | None = None
        self._swollen = False
        self.generation = 0
        self.peak_bytes = 0
        """Largest resident memory of a process of this worker, looked at a few times a second."""
        self.counters = self._nursery.counters if self._own else Counters()

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    @property
    def restarts(self) -> int:
        return self.counters.restarts

    @property
    def resident_bytes(self) -> int:
        """Resident memory of the process, 0 while there is none."""
        return self._process.resident_bytes if self._process else 0

    def warm_up(self) -> None:
        """Gets a process in the background; the next request waits for it."""
        if self._process is None and (self._starting is None or self._starting.done()):
            self._starting = asyncio.create_task(self._take())
            self._starting.add_done_callback(_heard)

    async def request(self, message: Mapping[str, object], seconds: float, *, generation: int | None = None) -> Reply:
        """Sends one request and waits for its reply.

        Args:
            message: the request without its id.
            seconds: wall-clock limit, counted from when the process is ready and free.
            generation: of the process that the request is for, where it names something inside of it; any other never sees it.

        Raises:
            DeadlinePassed: no reply in time; the process was killed and its successor is coming.
            WorkerDied: the process ended, was ended, or sent garbage; its successor is coming.
        """
        async with self._lock:
            process = await self._ready()
            if generation is not None and generation != self.generation:
                raise WorkerDied("the process that the request was for is gone", killed=True)
            try:
                return await process.exchange(message, seconds, self.counters)
            except DeadlinePassed:
                self.counters.timeouts += 1
                await self._replace()
                raise
            except WorkerDied:
                if process.over_memory:
                    self.counters.memory_kills += 1
                else:
                    self.counters.deaths += 1
                await self._replace()
                raise
            except asyncio.CancelledError:
                # The reply to a cancelled request may come later: only a new process is free of it.
                await self._replace()
                raise

    async def renew(self) -> None:
        """Gives up the process, in whatever state it is, for a fresh one."""
        async with self._lock:
            await self._replace()

    async def close(self) -> None:
        """Kills the process and everything it started. Idempotent. A later request starts anew, unless the nursery is closed."""
        if self._starting is not None:
            self._starting.cancel()
            await asyncio.gather(self._starting, return_exceptions=True)
            self._starting = None
        await self._kill()

    async def _ready(self) -> Process:
        if self._process is not None and not self._process.alive:  # it died between two requests
            self.counters.deaths += 1
            await self._replace()
        elif self._process is not None and self._swollen:
            self.counters.recycled += 1
            await self._replace()
        if self._process is None:
            self.warm_up()
            assert self._starting is not None
            await asyncio.shield(self._starting)
        assert self._process is not None
        return self._process

    async def _take(self) -> None:
        self._process = await self._nursery.take()
        self._watching = asyncio.create_task(self._watch(self._process))

    async def _watch(self, process: Process) -> None:
        """Ends a process that cannot go on by itself: the request in flight learns it from the end of the reply pipe.

        What is to be known of a process is read here, a few times a second, and not at every request.
        """
        while process.alive:
            await asyncio.sleep(_WATCH_SECONDS)
            resident = process.resident_bytes
            self.peak_bytes = max(self.peak_bytes, resident)
            self._swollen = resident > self._memory
            process.over_memory = process.busy and resident > _BUSY_SHARE * self._memory
            if process.busy and process.waited_before is None:
                process.waited_before = process.waited_seconds
            if process.over_memory or process.stopped:
                await process.kill()

    async def _replace(self) -> None:
        self.counters.restarts += 1
        await self._kill()
        self.warm_up()

    async def _kill(self) -> None:
        process, self._process = self._process, None
        self._swollen = False
        if self._watching is not None:
            self._watching.cancel()
            await asyncio.gather(self._watching, return_exceptions=True)
            self._watching = None
        if process is not None:
            self.generation += 1
            await process.kill()


def _heard(task: asyncio.Task[None]) -> None:
    """A start that failed while nobody waited is told to the next who asks, not to the event loop's log."""
    if not task.cancelled():
        task.exception()
