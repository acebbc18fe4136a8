"""Keeps the cache within its size.

The server may be anybody's and hold other things, so neither its memory limit nor its eviction policy is of use: the size is estimated from
samples, and what goes is chosen from the lists of goals by kind: all that was tried first, then disproved, then what environments stand for, then
proved goals, of each those that were not used for longest. Promises: no proved goal goes while there is anything of another kind. Nobody needs to
be alone: what two processes remove at once is removed once, and a goal that is used meanwhile stays in its list. Costs: about 150 commands every
256 additions.
"""

import math
from collections.abc import Sequence
from typing import Any

from prover.cache.link import Link
from prover.cache.names import Kind, Names, key_of
from prover.cache.scripts import FORGET_UNUSED, REMOVE_GROUP

SAMPLES = 32
_AT_ONCE = 256
_LEAVE = 0.9
"""Share of the permitted size that is left when something had to go, so that it need not happen every time."""


class Bound:
    """Attributes:
    evicted: goals whose entries of one kind had to go.
    """

    def __init__(self, link: Link, names: Names, max_bytes: int) -> None:
        self._link, self._names, self.max_bytes = link, names, max_bytes
        self.evicted = 0

    async def size(self) -> int:
        """Bytes of the cache, estimated. A goal with entries of several kinds counts for each of them."""
        return sum(bytes_ for _, _, bytes_ in await self._sizes())

    async def enforce(self) -> None:
        """Removes what is too much, if anything is."""
        sizes = await self._sizes()
        total = sum(bytes_ for _, _, bytes_ in sizes)
        if total <= self.max_bytes:
            return
        excess = total - _LEAVE * self.max_bytes
        for kind, count, bytes_ in sizes:
            while excess > 0 and count > 0:
                wanted = min(count, _AT_ONCE, math.ceil(excess * count / max(bytes_, 1)))
                gone = await self._remove(kind, wanted)
                if not gone:
                    break
                self.evicted += gone
                excess -= gone * bytes_ / count
                bytes_, count = round(bytes_ * (count - gone) / count), count - gone

    async def _sizes(self) -> list[tuple[Kind, int, int]]:
        """For each kind, in the order in which they go: goals and bytes."""
        indices = [self._names.index(kind) for kind in Kind]
        replies = await self._link.ask(
            *(("ZCARD", index) for index in indices),
            *(("MEMORY USAGE", index) for index in indices),
            *(("ZRANDMEMBER", index, SAMPLES) for index in indices),
        )
        if replies is None:
            return []
        counts, own, samples = _numbers(replies[: len(Kind)]), _numbers(replies[len(Kind) : 2 * len(Kind)]), replies[2 * len(Kind) :]
        sizes = []
        for kind, count, index_bytes, sample in zip(Kind, counts, own, samples, strict=True):
            goals = [_text(name) for name in sample] if isinstance(sample, list) else []
            keys = [key for name in goals for key in self._keys(kind, name)]
            each = _numbers(await self._link.ask(*(("MEMORY USAGE", key) for key in keys)) or []) if keys else []
            sizes.append((kind, count, index_bytes + (count * sum(each) // len(goals) if goals else 0)))
        return sizes

    def _keys(self, kind: Kind, name: str) -> tuple[str, ...]:
        entries = self._names.entries(name)
        return (entries, self._names.texts(key_of(name).environment)) if kind is Kind.ENVIRONMENT else (entries,)

    async def _remove(self, kind: Kind, count: int) -> int:
        """Removes entries of the goals that were not used for longest; how many goals.

        The lists come last: what is not in them would stay for ever.
        """
        replies = await self._link.ask(("ZRANGE", self._names.index(kind), 0, count - 1, "WITHSCORES"))
        if replies is None or not isinstance(replies[0], list):
            return 0
        scored = replies[0]
        goals = [_text(name) for name in scored[::2]]
        await self._link.ask(*(command for name in goals for command in self.removal(kind, name)))
        await self._link.ask(("EVAL", FORGET_UNUSED, 1, self._names.index(kind), *scored))
        return len(goals)

    def removal(self, kind: Kind, name: str) -> list[tuple[Any, ...]]:
        """Commands that remove a goal's entries of one kind."""
        commands: list[tuple[Any, ...]] = [("EVAL", REMOVE_GROUP, 1, self._names.entries(name), kind.group)]
        if kind is Kind.ENVIRONMENT:
            commands.append(("UNLINK", self._names.texts(key_of(name).environment)))
        return commands


def _numbers(replies: Sequence[object]) -> list[int]:
    """Numbers; nothing, or a refusal, counts as none."""
    return [reply if isinstance(reply, int) else 0 for reply in replies]


def _text(name: bytes) -> str:
    return name.decode(errors="replace")
