"""Saying that one is at a goal.

Promises: at most one holder at a time while the server answers; a holder that is gone, however it went, loses the lease after the lease's time. A
holder that was stopped for longer takes it again where nobody else did, and else notices: it goes on (both work at the goal, which costs time and
no more), and never ends the other's lease. Without a server every lease is granted. Costs: two commands, and one for each third of the lease's
time.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from prover.cache.link import Link, running
from prover.cache.scripts import GIVE_BACK, TAKE

_log = logging.getLogger(__name__)

_ANOTHERS = 0
_BEATS = 3
"""Signs of life in the time of a lease: two may fail."""


class Leases:
    """Attributes:
    lost: leases that another took over while their holder was stopped.
    """

    def __init__(self, link: Link, seconds: float) -> None:
        self._link, self._seconds = link, seconds
        self.lost = 0

    @asynccontextmanager
    async def hold(self, key: str, owner: str) -> AsyncIterator[bool]:
        """Holds the lease for as long as the body runs; False where another has it.

        Args:
            owner: a name that nobody else uses, not for another lease either.
        """
        if await self._take(key, owner) == _ANOTHERS:
            yield False
            return
        try:
            async with running(self._beat(key, owner)):
                yield True
        finally:
            await self._link.ask(("EVAL", GIVE_BACK, 1, key, owner))

    async def _beat(self, key: str, owner: str) -> None:
        while True:
            await asyncio.sleep(self._seconds / _BEATS)
            if await self._take(key, owner) == _ANOTHERS:
                self.lost += 1
                _log.warning("the lease %s ran out while its holder was stopped, and another has it now", key)
                return

    async def _take(self, key: str, owner: str) -> object:
        replies = await self._link.ask(("EVAL", TAKE, 1, key, owner, int(1_000 * self._seconds)))
        return replies[0] if replies else None
