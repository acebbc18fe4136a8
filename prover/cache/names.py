"""What things are called on the server.

Everything about one goal lies in one slot of a cluster (the braces), so one script can see all of it; lists over all goals are keys of their own.
"""

from dataclasses import dataclass
from enum import StrEnum

from prover.cache.entries import Key

MAX_NAME = 200


class Kind(StrEnum):
    """What an entry says. In the order in which they go when the cache is too large."""

    TRIED = "tried"
    """A search that found nothing."""
    DISPROVED = "disproved"
    """The goal's negation is proved."""
    ENVIRONMENT = "environment"
    """What an environment's hash stands for; needed by `prover cache verify` alone."""
    PROVED = "proved"
    """A claim."""

    @property
    def group(self) -> str:
        """The first letter of its fields."""
        return self.value[0]

    @property
    def keep(self) -> int:
        """Entries of this kind about one goal; beyond it the oldest goes."""
        return {Kind.PROVED: 4, Kind.TRIED: 8}.get(self, 1)


def member(key: Key) -> str:
    """A goal in the lists over all goals."""
    return f"{key.environment}:{key.goal}"


def member_of_environment(environment: str) -> str:
    return f"{environment}:"


def key_of(name: str) -> Key:
    """The goal that `member` made this of."""
    environment, _, goal = name.partition(":")
    return Key(environment, goal)


def usable(key: Key) -> bool:
    """Whether a goal can be named at all; one that cannot is unknown to every cache."""
    whole = key.environment + key.goal
    return ":" not in key.environment and bool(key.environment and key.goal) and len(whole) <= MAX_NAME and whole.isprintable()


@dataclass(frozen=True, slots=True)
class Names:
    """The keys of one cache.

    Attributes:
        prefix: of all of them; a server can hold several caches.
    """

    prefix: str

    def entries(self, name: str) -> str:
        """Hash: everything said about a goal, a field an entry."""
        return f"{self.prefix}:{{{name}}}"

    def lease(self, name: str) -> str:
        """String: who is at the goal."""
        return f"{self.prefix}:{{{name}}}:lease"

    def index(self, kind: Kind) -> str:
        """Sorted set: goals with entries of this kind, by the time of last use in milliseconds."""
        return f"{self.prefix}:index:{kind}"

    def texts(self, environment: str) -> str:
        """Sorted set: goals proved last, with their texts, by time."""
        return f"{self.prefix}:texts:{environment}"

    @property
    def counters(self) -> str:
        """Hash: what happened since the cache was made."""
        return f"{self.prefix}:counters"

    @property
    def channel(self) -> str:
        return f"{self.prefix}:events"

    def patterns(self) -> tuple[str, ...]:
        """Globs that match every key of this cache, and none of a cache with another prefix."""
        prefix = "".join(f"\\{character}" if character in "*?[]^-\\" else character for character in self.prefix)
        return tuple(f"{prefix}:{rest}" for rest in ("{*", "index:*", "texts:*", "counters"))
