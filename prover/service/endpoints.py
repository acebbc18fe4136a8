"""Several addresses of one service: which is asked next, and what happens when one does not answer.

A request goes to the endpoint with the least to do. One that fails is set aside for a while, for as long as it says where it does, and the next
takes over at once; when all have failed the pause grows. Only what may pass by itself is tried again: no connection, no answer in time, overload,
an error of the server, nonsense.
"""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, stop_after_attempt

from prover.service.faults import Unavailable

T = TypeVar("T")

ASIDE_SECONDS = 15.0
"""How long a failed endpoint is passed over while another is there."""

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 0.5, 15.0
LONGEST_TOLD_SECONDS = 120.0
"""A server that wishes to be left alone for longer is asked again all the same."""


@dataclass(slots=True)
class Endpoint:
    """One address with its client.

    Attributes:
        url: as it may be shown.
        aside_until: on the clock of `Endpoints`.
    """

    url: str
    client: Any
    slots: asyncio.Semaphore
    busy: int = 0
    aside_until: float = field(default=0.0)


class Endpoints:
    """Sends requests, with failover and retries."""

    def __init__(
        self,
        endpoints: Sequence[Endpoint],
        retries: int,
        *,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Args:
        retries: further tries after the first, over all endpoints together.
        """
        self._endpoints, self._retries, self._clock, self._sleep = list(endpoints), retries, clock, sleep

    async def call(self, request: Callable[[Endpoint], Awaitable[T]]) -> T:
        """What an endpoint answers.

        Args:
            request: raises `Unavailable` where another try may help, something else where none will.

        Raises:
            Unavailable: the last try failed too.
        """
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Unavailable),
            stop=stop_after_attempt(self._retries + 1),
            wait=self._pause,
            sleep=self._sleep,
            reraise=True,
        )
        try:
            return await retrying(self._try, request)
        except Unavailable as error:
            raise Unavailable(f"{error} (after {self._retries + 1} tries)") from error

    async def close(self) -> None:
        for endpoint in self._endpoints:
            await endpoint.client.close()

    async def _try(self, request: Callable[[Endpoint], Awaitable[T]]) -> T:
        endpoint = self._next()
        endpoint.busy += 1
        try:
            async with endpoint.slots:
                answer = await request(endpoint)
            endpoint.aside_until = 0.0
            return answer
        except Unavailable as error:
            endpoint.aside_until = self._clock() + (ASIDE_SECONDS if error.after is None else min(error.after, LONGEST_TOLD_SECONDS))
            raise
        finally:
            endpoint.busy -= 1

    def _next(self) -> Endpoint:
        """The least busy of those in service; when all are set aside, the one that comes back first."""
        now = self._clock()
        in_service = [endpoint for endpoint in self._endpoints if endpoint.aside_until <= now]
        if in_service:
            return min(in_service, key=lambda endpoint: endpoint.busy)
        return min(self._endpoints, key=lambda endpoint: endpoint.aside_until)

    def _pause(self, state: RetryCallState) -> float:
        now = self._clock()
        if any(endpoint.aside_until <= now for endpoint in self._endpoints):
            return 0.0
        grown = min(FIRST_PAUSE_SECONDS * 2 ** (state.attempt_number - 1), LONGEST_PAUSE_SECONDS)
        error = state.outcome.exception() if state.outcome is not None else None
        told = error.after if isinstance(error, Unavailable) else None
        return float(grown if told is None else max(grown, min(told, LONGEST_TOLD_SECONDS)))
