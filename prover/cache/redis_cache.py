"""The shared proof cache, on a Redis server.

Promises what `ProofCache` says. What the server holds may be anybody's: an entry that is not exactly what this module writes is absent, is removed,
and is counted. Proofs found while the server is away are told when it is back.
Costs: `look` and a lease's taking and giving back are one command each, `add_proved` four in one round trip; what can wait (times of use, counts,
keeping the size) is sent with others.
"""

import os
import secrets
import socket
import time
from collections import Counter, deque
from collections.abc import AsyncIterator, Callable, Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, suppress
from typing import Any

from prover.cache.bound import Bound
from prover.cache.cache import Cancelled, Disproved, Event, Solved
from prover.cache.codec import Corrupt, Entry, Environment, Stored, Unstorable, decode, encode, encode_event, field_of, kind_of
from prover.cache.entries import Key, Knowledge, ProvedClaim, Tried, environment_of
from prover.cache.leases import Leases
from prover.cache.likeness import likest
from prover.cache.link import Link
from prover.cache.listening import Ears
from prover.cache.names import Kind, Names, key_of, member, member_of_environment, usable
from prover.cache.scripts import ADD, LOOK, REMOVE, TEXTS
from prover.cache.server import Command

TEXTS_KEPT = 512
"""Goals of one environment among which similar ones are looked for: those that were proved last."""

MAX_TEXT = 2_000
_CHECK_EVERY = 256
_TRIM_EVERY = 16
_SEND_EVERY = 64
_DAY = 86_400_000
_UNSAID = 1_000


class RedisCache:
    """Made by `prover.cache.opening.open_cache`.

    Attributes:
        counts: what this process saw: looks, hits, corrupt and dropped entries, …
    """

    def __init__(self, link: Link, names: Names, *, lease_seconds: float, max_bytes: int, clock: Callable[[], float] = time.time) -> None:
        self.link, self.names = link, names
        self.bound = Bound(link, names, max_bytes)
        self.ears = Ears(link, names.channel)
        self.leases = Leases(link, lease_seconds)
        self.counts: Counter[str] = Counter()
        self._clock = clock
        self._owner = f"{socket.gethostname()[:64]}:{os.getpid()}:{secrets.token_hex(4)}"
        self._leased = 0
        self._sent: Counter[str] = Counter()
        self._touched: dict[str, int] = {}
        self._environments: set[str] = set()
        self._added = secrets.randbelow(_CHECK_EVERY)  # so that many processes that add little check as often as one that adds much
        self._unchecked = 0
        self._unsaid: deque[tuple[Key, ProvedClaim | str]] = deque(maxlen=_UNSAID)

    async def look(self, key: Key) -> Knowledge:
        self.counts["looks"] += 1
        if not usable(key):
            return Knowledge()
        name = member(key)
        replies = await self.link.ask(self._looking(name))
        entries, holder = await self._read(name, replies[0] if replies else None)
        knowledge = _knowledge(entries, holder)
        if knowledge.proved or knowledge.disproved:
            self.counts["hits"] += 1
        if knowledge.proved:
            self._touched[name] = self._now()
        await self._send_what_waits()
        return knowledge

    async def add_proved(self, key: Key, claim: ProvedClaim) -> None:
        if not await self._add(key, claim, Solved(key)):
            self._unsaid.append((key, claim))

    async def add_disproved(self, key: Key, reason: str) -> None:
        if not await self._add(key, reason, Disproved(key)):
            self._unsaid.append((key, reason))

    async def add_tried(self, key: Key, tried: Tried) -> None:
        await self._add(key, tried, None)

    async def add_environment(self, lean: Mapping[str, object], header: str) -> str:
        environment = environment_of(lean, header)
        if environment not in self._environments and await self._add(Key(environment, ""), Environment(lean, header), None):
            self._environments.add(environment)
        return environment

    async def drop(self, key: Key, claim: ProvedClaim) -> None:
        self.counts["dropped"] += 1
        if usable(key):
            with suppress(RecursionError):  # so deep a proof was never stored
                await self._remove(member(key), Kind.PROVED, [field_of(claim)])

    def lease(self, key: Key) -> AbstractAsyncContextManager[bool]:
        self._leased += 1
        return self.leases.hold(self.names.lease(member(key)), f"{self._owner}:{self._leased}")

    async def cancel(self, theorem: str) -> None:
        await self.link.ask(("PUBLISH", self.names.channel, encode_event(Cancelled(theorem))))

    def events(self) -> AbstractAsyncContextManager[AsyncIterator[Event]]:
        return self.ears.events()

    async def similar(self, environment: str, goal: str, limit: int = 5) -> list[ProvedClaim]:
        replies = await self.link.ask(("EVAL", TEXTS, 1, self.names.texts(environment)))
        if not replies or not isinstance(replies[0], bytes) or limit < 1:
            return []
        goals = likest(goal, _texts(replies[0]), limit)
        names = [member(key) for key in (Key(environment, goal) for goal in dict.fromkeys(goals)) if usable(key)]
        found = await self.link.ask(*(self._looking(name) for name in names)) if names else None
        claims: list[ProvedClaim] = []
        for name, reply in zip(names, found or [], strict=False):
            entries, _ = await self._read(name, reply)
            claims += _knowledge(entries, "").proved[:1]
        return claims

    async def say_what_was_not_said(self) -> None:
        """Tells what was found while the server was away."""
        while self._unsaid:
            key, what = self._unsaid.popleft()
            if not await self._add(key, what, Disproved(key) if isinstance(what, str) else Solved(key)):
                self._unsaid.appendleft((key, what))
                return

    async def flush(self) -> None:
        """Sends what waits to be sent with something else."""
        own = {"corrupt": self.link.corrupt, "evicted": self.bound.evicted, "leases_lost": self.leases.lost}
        news = (self.counts + Counter(own)) - self._sent
        commands: list[Command] = [("HINCRBY", self.names.counters, name, number) for name, number in news.items()]
        touched, self._touched = self._touched, {}
        if touched:
            commands.append(("ZADD", self.names.index(Kind.PROVED), *(item for name, at in touched.items() for item in (at, name))))
        if commands and await self.link.ask(*commands) is not None:
            self._sent += news

    async def store(self, key: Key, entry: Entry, at: int, event: Event | None = None) -> bool:
        """Writes one entry as of a time in milliseconds; False where the server does not answer.

        Raises:
            Unstorable: it cannot be an entry.
        """
        value, kind = encode(entry, at), kind_of(entry)
        name = member(key) if kind is not Kind.ENVIRONMENT else member_of_environment(key.environment)
        # The list first: what is in it and not there costs nothing, what is there and not in it would stay for ever.
        commands: list[Command] = [
            ("ZADD", self.names.index(kind), at, name),
            ("EVAL", ADD, 1, self.names.entries(name), field_of(entry), value, kind.keep),
        ]
        if isinstance(entry, ProvedClaim) and 0 < len(entry.goal) <= MAX_TEXT:
            commands += self._texting(key, entry.goal, at)
        if event is not None:
            commands.append(("PUBLISH", self.names.channel, encode_event(event)))
        self._added += 1
        self._unchecked += len(value)
        answered = await self.link.ask(*commands) is not None
        if answered and (self._added % _CHECK_EVERY == 0 or self._unchecked > self.bound.max_bytes // 16):
            self._unchecked = 0
            await self.bound.enforce()
        return answered

    async def entries(self, names: Sequence[str]) -> list[list[Stored]]:
        """Everything sound that is stored about each of some goals, the newest first; the rest is removed.

        Raises:
            CacheUnavailable: the server does not answer.
        """
        replies = await self.link.must(*(self._looking(name) for name in names))
        return [(await self._read(name, reply))[0] for name, reply in zip(names, replies, strict=True)]

    async def _add(self, key: Key, entry: Entry, event: Event | None) -> bool:
        if not usable(key) and not isinstance(entry, Environment):
            self.counts["unstorable"] += 1
            return True
        try:
            return await self.store(key, entry, self._now(), event)
        except Unstorable:
            self.counts["unstorable"] += 1
            return True

    def _texting(self, key: Key, text: str, at: int) -> Iterator[Command]:
        texts = self.names.texts(key.environment)
        yield "ZADD", texts, at, f"{key.goal}\n{text}"
        if self._added % _TRIM_EVERY == 0:
            yield "ZREMRANGEBYRANK", texts, 0, -TEXTS_KEPT - 1
            yield "ZADD", self.names.index(Kind.ENVIRONMENT), at, member_of_environment(key.environment)

    def _looking(self, name: str) -> Command:
        return "EVAL", LOOK, 2, self.names.entries(name), self.names.lease(name)

    async def _read(self, name: str, reply: Any) -> tuple[list[Stored], str]:
        """The entries that an answer of `LOOK` holds, the newest first, and who is at the goal."""
        match reply:
            case [int(too_large), bytes(owner), *items]:
                pass
            case _:
                return [], ""
        latest = self._now() + _DAY
        sound: list[Stored] = []
        corrupt: list[bytes] = []
        for field, value in zip(items[::2], items[1::2], strict=True):
            try:
                sound.append(decode(key_of(name), field, value, latest))
            except Corrupt:
                corrupt.append(field)
        self.counts["corrupt"] += too_large + len(corrupt)
        if corrupt:
            await self._remove(name, Kind.PROVED, corrupt)
        return sorted(sound, key=lambda stored: -stored.at), owner.decode(errors="replace")

    async def _remove(self, name: str, kind: Kind, fields: list[Any]) -> None:
        replies = await self.link.ask(("EVAL", REMOVE, 1, self.names.entries(name), kind.group, *fields))
        if replies is not None and replies[0] == 0:
            await self.link.ask(("ZREM", self.names.index(kind), name))
            self._touched.pop(name, None)

    async def _send_what_waits(self) -> None:
        if len(self._touched) >= _SEND_EVERY or self.counts["looks"] - self._sent["looks"] >= _SEND_EVERY:
            await self.flush()

    def _now(self) -> int:
        return int(1_000 * self._clock())


def _knowledge(entries: list[Stored], holder: str) -> Knowledge:
    return Knowledge(
        proved=tuple(stored.entry for stored in entries if isinstance(stored.entry, ProvedClaim)),
        disproved=next((stored.entry for stored in entries if isinstance(stored.entry, str)), ""),
        tried=tuple(stored.entry for stored in entries if isinstance(stored.entry, Tried)),
        held_by=holder,
    )


def _texts(members: bytes) -> Iterator[tuple[str, str]]:
    for text in members.decode(errors="replace").split("\0"):
        goal, newline, proposition = text.partition("\n")
        if newline:
            yield goal, proposition
