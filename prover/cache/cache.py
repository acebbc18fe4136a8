"""The shared proof cache as its users see it."""

from collections.abc import AsyncIterator, Mapping
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Protocol

from prover.cache.entries import Key, Knowledge, ProvedClaim, Tried


@dataclass(frozen=True, slots=True)
class Solved:
    """Somebody proved the goal; the proof is in the cache."""

    key: Key


@dataclass(frozen=True, slots=True)
class Disproved:
    """Somebody proved the goal's negation."""

    key: Key


@dataclass(frozen=True, slots=True)
class Cancelled:
    """Nobody needs to work for this theorem any more (`Job.theorem`)."""

    theorem: str


Event = Solved | Disproved | Cancelled


class ProofCache(Protocol):
    """Never raises once it is open: a server that is away costs the sharing, not the run. Then everything is unknown, every lease is granted,
    nothing is published, and the server is looked for again.
    """

    async def look(self, key: Key) -> Knowledge: ...

    async def add_proved(self, key: Key, claim: ProvedClaim) -> None:
        """Adds a claim and tells everybody."""
        ...

    async def add_disproved(self, key: Key, reason: str) -> None:
        """Adds it and tells everybody."""
        ...

    async def add_tried(self, key: Key, tried: Tried) -> None: ...

    async def add_environment(self, lean: Mapping[str, object], header: str) -> str:
        """Says what an environment's hash stands for, so that its claims can be replayed by somebody who has the cache alone.

        Returns:
            `environment_of` the same.
        """
        ...

    async def drop(self, key: Key, claim: ProvedClaim) -> None:
        """The claim did not hold where it was tried: it goes, and is counted."""
        ...

    def lease(self, key: Key) -> AbstractAsyncContextManager[bool]:
        """Says that the caller is at the goal, for as long as the block runs; False where another is. A holder that dies loses it soon after."""
        ...

    async def cancel(self, theorem: str) -> None:
        """Tells everybody that nobody needs to work for this theorem any more."""
        ...

    def events(self) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        """What everybody tells, from the moment the block is entered; this process's own words too."""
        ...

    async def similar(self, environment: str, goal: str, limit: int = 5) -> list[ProvedClaim]:
        """Claims whose `ProvedClaim.goal` has much in common with this one, the likest first; never the goal itself."""
        ...
