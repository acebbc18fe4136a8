"""What happened to Lean processes and their requests, counted.

A `Counters` is owned by whoever counts (one event loop); `total` of several is a value that nobody changes any more.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields


@dataclass(slots=True)
class Counters:
    """Attributes:
    requests: sent to Lean, of any kind.
    outcomes: steps by outcome (advanced, closed, rejected, timed_out, crashed).
    starts: processes that became ready. spares_used: of those, ready before they were needed.
    restarts: processes that were given up, for whatever reason.
    timeouts: given up because a request passed its deadline.
    deaths: ended by themselves, broke the protocol, or were killed by somebody else.
    memory_kills: given up over their memory limit during a request; recycled: between two.
    replayed: tactics run again to bring a process to a state. stolen: requests answered by another process than the state's own.
    evicted: states released because a process held too many.
    bytes_out, bytes_in: of requests and of replies.
    lean_seconds: Lean's own, as it reports them. queue_seconds: that requests waited for a process.
    start_seconds: from launch to greeting, summed over the starts.
    """

    requests: int = 0
    outcomes: dict[str, int] = field(default_factory=dict)
    starts: int = 0
    spares_used: int = 0
    restarts: int = 0
    timeouts: int = 0
    deaths: int = 0
    memory_kills: int = 0
    recycled: int = 0
    replayed: int = 0
    stolen: int = 0
    evicted: int = 0
    bytes_out: int = 0
    bytes_in: int = 0
    lean_seconds: float = 0.0
    queue_seconds: float = 0.0
    start_seconds: float = 0.0

    def outcome(self, name: str) -> None:
        self.outcomes[name] = self.outcomes.get(name, 0) + 1


def total(parts: Iterable[Counters]) -> Counters:
    """The sum, in which equal outcomes are added up."""
    result = Counters()
    for part in parts:
        for name, value in part.outcomes.items():
            result.outcomes[name] = result.outcomes.get(name, 0) + value
        for item in fields(Counters):
            if item.name != "outcomes":
                setattr(result, item.name, getattr(result, item.name) + getattr(part, item.name))
    return result
