"""Everything that a cache holds, for whoever looks after it. Unlike the cache itself it raises when the server is lost: half an answer is none."""

from collections import Counter
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

from prover.cache.codec import Stored, kind_of
from prover.cache.entries import Key
from prover.cache.names import Kind, key_of, member
from prover.cache.redis_cache import RedisCache
from prover.cache.server import CacheUnavailable

_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Statistics:
    """Attributes:
    goals: for each environment, goals with entries of each kind.
    bytes: of the server's memory, estimated.
    counters: what happened since the cache was made, as far as its users have told.
    """

    bytes: int
    counters: dict[str, int]
    goals: dict[str, Counter[Kind]] = field(default_factory=dict)


class Catalogue:
    """One cache, seen as a whole."""

    def __init__(self, cache: RedisCache) -> None:
        self._cache = cache

    async def statistics(self) -> Statistics:
        """Raises:
        CacheUnavailable: the server does not answer.
        """
        await self._cache.flush()
        (pairs,) = await self._cache.link.must(("HGETALL", self._cache.names.counters))
        statistics = Statistics(await self._cache.bound.size(), _counters(pairs))
        for kind in (Kind.PROVED, Kind.DISPROVED, Kind.TRIED):
            async for names in self._names(kind):
                for name in names:
                    statistics.goals.setdefault(key_of(name).environment, Counter())[kind] += 1
        return statistics

    async def entries(self, *kinds: Kind) -> AsyncIterator[tuple[Key, Stored]]:
        """Everything sound, of some kinds, one goal after another; of one goal the oldest first.

        Raises:
            CacheUnavailable: the server does not answer.
        """
        for kind in kinds:
            async for names in self._names(kind):
                for name, stored in zip(names, await self._cache.entries(names), strict=True):
                    for one in reversed(stored):
                        if kind_of(one.entry) is kind:
                            yield key_of(name), one

    async def add(self, key: Key, stored: Stored) -> None:
        """Writes an entry as of its own time.

        Raises:
            Unstorable: it cannot be an entry.
            CacheUnavailable: the server does not answer.
        """
        if not await self._cache.store(key, stored.entry, stored.at):
            raise CacheUnavailable(f"proof cache: {self._cache.link.server.name} does not answer any more")

    async def clear(self, kind: Kind) -> int:
        """Removes everything of one kind; of how many goals.

        Raises:
            CacheUnavailable: the server does not answer.
        """
        cleared = 0
        async for names in self._names(kind):
            await self._cache.link.must(*(command for name in names for command in self._cache.bound.removal(kind, name)))
            cleared += len(names)
        await self._cache.link.must(("UNLINK", self._cache.names.index(kind)))
        return cleared

    async def clear_all(self) -> int:
        """Removes every key of the cache, sound or not; how many.

        Raises:
            CacheUnavailable: the server does not answer.
        """
        keys: list[bytes] = []
        for pattern in self._cache.names.patterns():
            await self._cache.link.server.keys(pattern, keys.append)
        for start in range(0, len(keys), _AT_ONCE):
            await self._cache.link.must(*(("UNLINK", key) for key in keys[start : start + _AT_ONCE]))
        return len(keys)

    async def _names(self, kind: Kind) -> AsyncIterator[list[str]]:
        """Goals with entries of a kind, some at a time, none twice."""
        cursor, seen = "0", set[str]()
        while True:
            (reply,) = await self._cache.link.must(("ZSCAN", self._cache.names.index(kind), cursor, "COUNT", _AT_ONCE))
            if not isinstance(reply, list | tuple):
                return
            cursor, found = _scanned(reply)
            names = [name for name in dict.fromkeys(found) if name not in seen and _sound(name, kind)]
            seen.update(names)
            if names:
                yield names
            if cursor == "0":
                return


def _sound(name: str, kind: Kind) -> bool:
    key = key_of(name)
    return bool(key.environment) and member(key) == name and bool(key.goal) is (kind is not Kind.ENVIRONMENT)


def _scanned(reply: object) -> tuple[str, list[str]]:
    """What ZSCAN answers, as the client library gives it: a cursor, and members with scores."""
    match reply:
        case (cursor, items) if isinstance(items, list):
            names = [item[0] if isinstance(item, tuple) else item for item in (items if items and isinstance(items[0], tuple) else items[::2])]
            return _text(cursor), [_text(name) for name in names]
    return "0", []


def _counters(pairs: object) -> dict[str, int]:
    items = pairs.items() if isinstance(pairs, dict) else []
    return {_text(name): int(number) for name, number in items if str(_text(number)).lstrip("-").isdigit()}


def _text(value: object) -> str:
    return value.decode(errors="replace") if isinstance(value, bytes) else str(value)
