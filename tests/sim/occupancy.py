"""How many are at something, over time."""

from collections.abc import Callable


class Occupancy:
    """A number that goes up and down, and its integral second by second: memory and time are those of the seconds, not of the changes."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._began = self._at = clock()
        self._integrals = [0.0]
        self.now = 0

    def change(self, by: int) -> None:
        self._advance()
        self.now += by

    def mean(self, begin: float, end: float) -> float:
        """On the average between two moments of the clock, taken to the second."""
        self._advance()
        first, last = round(begin - self._began), round(end - self._began)
        return sum(self._integrals[first:last]) / max(1, last - first)

    def _advance(self) -> None:
        now = self._clock()
        while self._at < now:
            second = len(self._integrals) - 1
            until = min(now, self._began + second + 1)
            self._integrals[second] += (until - self._at) * self.now
            self._at = until
            if until == self._began + second + 1:
                self._integrals.append(0.0)
