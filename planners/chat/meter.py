"""What a theorem may spend on answers, and has spent."""

from dataclasses import dataclass
from typing import Literal

from planners.chat.exchange import Exchange
from planners.planner import PlannerFault


@dataclass(frozen=True, slots=True)
class Allowance:
    """For one theorem. Seconds are those of waiting; questions that wait at once count side by side."""

    calls: int
    tokens: int
    seconds: float


class Meter:
    """Counts for one theorem. A question is counted when it is asked, its tokens and seconds when it is answered: tokens may go beyond what is
    allowed by those of the questions that are in flight then, calls never. An answer from the journal costs what it cost when it was given."""

    def __init__(self, theorem: str, allowance: Allowance) -> None:
        self._theorem, self._allowance = theorem, allowance
        self.calls, self.tokens, self.seconds = 0, 0, 0.0

    def begin(self) -> float:
        """Counts a question.

        Returns:
            The seconds that it may take.

        Raises:
            PlannerFault: something is spent; the message names it.
        """
        if self.calls >= self._allowance.calls:
            raise self.spent("calls")
        if self.tokens >= self._allowance.tokens:
            raise self.spent("tokens")
        if self.seconds >= self._allowance.seconds:
            raise self.spent("seconds")
        self.calls += 1
        return self._allowance.seconds - self.seconds

    def settle(self, exchange: Exchange) -> None:
        """Counts what a question took, answered or not."""
        self.tokens += exchange.usage.total
        self.seconds += exchange.seconds

    def spent(self, what: Literal["calls", "tokens", "seconds"]) -> PlannerFault:
        """Says so."""
        return PlannerFault(f"planner: the {getattr(self._allowance, what):g} {what} for {self._theorem} are spent (planner.{what})")
