"""What one theorem has cost its team, and what is left."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from prover.proof.attempt import Telemetry
from prover.search.meter import held
from prover.search.settings import Budget


class Spending:
    """Attributes:
    telemetry: of all searches together, those that were cancelled included; a search counts when it ends.
    """

    def __init__(self, budget: Budget, clock: Callable[[], float]) -> None:
        self._budget, self._clock = budget, clock
        self._began = clock()
        self._judging = 0.0
        self.telemetry = Telemetry()

    def begin(self) -> None:
        """The clock runs from here: elaborating a statement is not trying it."""
        self._began = self._clock()

    @property
    def elapsed(self) -> float:
        """Seconds, without the judge's."""
        return self._clock() - self._began - self._judging

    @contextmanager
    def judging(self, alarm: asyncio.Timeout) -> Iterator[None]:
        """The clock stands still in the block, and the alarm is off: see `prover.search.meter.Meter.paused`."""
        began = self._clock()
        try:
            with held(alarm):
                yield
        finally:
            self._judging += self._clock() - began

    def of(self, seconds: float | None) -> Budget:
        """For one search: so many seconds, all that are left where none are said, and what is left of everything else."""
        left = max(0.01, self._budget.seconds - self.elapsed)
        return Budget(
            left if seconds is None else min(seconds, left),
            max(1, self._budget.expansions - self.telemetry.expansions),
            max(1, self._budget.lean_steps - self.telemetry.lean_steps),
        )

    @property
    def limit(self) -> str:
        """The limit that is reached, besides the seconds; empty while there is none."""
        if self.telemetry.expansions >= self._budget.expansions:
            return "expansions"
        return "lean_steps" if self.telemetry.lean_steps >= self._budget.lean_steps else ""
