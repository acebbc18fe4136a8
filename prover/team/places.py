"""Places for searches, shared fairly between theorems.

Promises: never more places in use than there are; a place that falls free goes to the theorem that has the fewest in use, of several such
to the one that has waited longest, and within a theorem to whoever came first; a caller that is cancelled leaves no trace. Costs O(log n)
for each place that is asked for or given back, n being those who wait. Knows nothing of what is done at a place.
"""

import asyncio
import heapq
import itertools
from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

_Turn = tuple[int, int, str]
"""When a theorem is served: places in use, number of the caller that has waited longest, and the theorem. Smallest first."""

_FEW_TURNS = 64


def theorems_at_once(places: int) -> int:
    """How many theorems are to be tried at once: one for every two places, and from eight places on some more.

    A theorem that is being planned for or judged has no search for a while; with some to spare, no step-prover waits for it.
    """
    return max(1, places // 2 + places // 8)


@dataclass(slots=True)
class _Theorem:
    in_use: int = 0
    waiting: OrderedDict[int, "asyncio.Future[None]"] = field(default_factory=OrderedDict)


class Places:
    """An admission gate, for one event loop."""

    def __init__(self, capacity: int) -> None:
        self._capacity = capacity
        self._in_use = self._waiting = 0
        self._theorems: dict[str, _Theorem] = {}
        # Every theorem that waits has its turn here. Turns that no longer hold stay until they are met, or are too many.
        self._turns: list[_Turn] = []
        self._numbers = itertools.count()

    @property
    def capacity(self) -> int:
        """Places in all. Where it falls below those in use, nobody is turned out, but none is given away before enough are back."""
        return self._capacity

    @capacity.setter
    def capacity(self, capacity: int) -> None:
        self._capacity = capacity
        self._serve()

    @property
    def in_use(self) -> int:
        return self._in_use

    @property
    def waiting(self) -> int:
        """Callers that have no place yet."""
        return self._waiting

    def used_by(self, theorem: str) -> int:
        return self._theorems[theorem].in_use if theorem in self._theorems else 0

    @asynccontextmanager
    async def of(self, theorem: str) -> AsyncIterator[None]:
        """Waits for a place; the block has it."""
        await self._take(theorem)
        try:
            yield
        finally:
            self._give_back(theorem)

    async def _take(self, theorem: str) -> None:
        entry = self._theorems.setdefault(theorem, _Theorem())
        number, place = next(self._numbers), asyncio.get_running_loop().create_future()
        entry.waiting[number] = place
        self._waiting += 1
        if len(entry.waiting) == 1:
            self._line_up(theorem, entry)
        self._serve()
        try:
            await place
        except asyncio.CancelledError:
            if number not in entry.waiting:  # given a place in the very moment in which it gave up
                self._give_back(theorem)
                raise
            first = next(iter(entry.waiting)) == number
            del entry.waiting[number]
            self._waiting -= 1
            if first:
                self._line_up(theorem, entry)
            raise

    def _give_back(self, theorem: str) -> None:
        entry = self._theorems[theorem]
        entry.in_use -= 1
        self._in_use -= 1
        self._line_up(theorem, entry)
        self._serve()

    def _serve(self) -> None:
        """Gives away what is free."""
        while self._in_use < self._capacity and self._waiting:
            turn = heapq.heappop(self._turns)
            theorem = turn[2]
            entry = self._theorems.get(theorem)
            if entry is None or turn != _turn(theorem, entry):
                continue
            _, place = entry.waiting.popitem(last=False)
            self._waiting -= 1
            self._in_use += 1
            entry.in_use += 1
            self._line_up(theorem, entry)
            if not place.cancelled():
                place.set_result(None)

    def _line_up(self, theorem: str, entry: _Theorem) -> None:
        """The theorem's turn, after anything that changes it; forgets a theorem that neither has nor wants a place."""
        if turn := _turn(theorem, entry):
            heapq.heappush(self._turns, turn)
            if len(self._turns) > _FEW_TURNS + 2 * len(self._theorems):
                self._turns = [turn for name, entry in self._theorems.items() if (turn := _turn(name, entry))]
                heapq.heapify(self._turns)
        elif not entry.in_use:
            del self._theorems[theorem]


def _turn(theorem: str, entry: _Theorem) -> _Turn | None:
    return (entry.in_use, next(iter(entry.waiting)), theorem) if entry.waiting else None
