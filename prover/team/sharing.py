"""What is proved already, here or elsewhere, made to fit the goal that it is wanted for.

One for a run. A claim counts once its script has closed the very goal in Lean, as it is or with its hypotheses renamed; one that does not is
dropped and counted. So whatever a cache says can cost time, never a wrong proof. What this run proved is remembered here besides, and survives
a cache that goes away.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

from prover.cache.cache import Disproved, ProofCache, Solved
from prover.cache.entries import Key, Knowledge, ProvedClaim
from prover.proof.attempt import Telemetry
from prover.proof.lean import Lean
from prover.proof.script import Proof, lines
from prover.proof.state import Goal, ProofState
from prover.proof.step import Closed
from prover.search.renaming import renamed

_SPARE_HEARTBEATS = 1_000
"""A script is given twice what its steps spent, and this."""


@dataclass(frozen=True, slots=True)
class Fitting:
    """A proof that was seen to close the goal."""

    proof: Proof
    heartbeats: int


class Sharing:
    """What this run and its cache know."""

    def __init__(self, cache: ProofCache, lean: Lean) -> None:
        self.cache, self._lean = cache, lean
        self._mine: dict[Key, ProvedClaim] = {}
        self._waiting: dict[Key, set[Callable[[], None]]] = {}

    async def look(self, key: Key) -> Knowledge:
        """What this run and the cache say, this run first."""
        said = await self.cache.look(key)
        mine = self._mine.get(key)
        proved = said.proved if mine is None or mine in said.proved else (mine, *said.proved)
        return Knowledge(proved, said.disproved, said.tried, said.held_by)

    async def known(self, key: Key, state: ProofState, telemetry: Telemetry) -> Fitting | None:
        """A proof of the goal that is known already, counted; None where there is none that holds."""
        return await self._fitting(key, state, (await self.look(key)).proved, telemetry)

    async def _fitting(self, key: Key, state: ProofState, claims: Sequence[ProvedClaim], telemetry: Telemetry) -> Fitting | None:
        for claim in claims:
            for proof in (claim.proof, renamed(claim.proof, claim.names, state)):
                if proof is not None and (fitting := await self.replayed(state, proof, claim.heartbeats)):
                    telemetry.cache_hits += 1
                    return fitting
            telemetry.cache_misses += 1
            if self._mine.get(key) != claim:
                await self.cache.drop(key, claim)
        return None

    async def replayed(self, state: ProofState, proof: Proof, heartbeats: int) -> Fitting | None:
        """The proof, if it closes the state."""
        try:
            script = "\n".join(lines(proof))
        except (ValueError, RecursionError):
            return None
        result = await self._lean.step(state, script, heartbeats=2 * heartbeats + _SPARE_HEARTBEATS)
        return Fitting(proof, result.cost.heartbeats) if isinstance(result, Closed) else None

    async def tell(self, key: Key, state: ProofState, proof: Proof, heartbeats: int) -> None:
        """Tells everybody of a proof that was seen to close the state."""
        goal = state.goals[0]
        claim = ProvedClaim(proof, goal.names, heartbeats, closed(goal))
        self._mine[key] = claim
        self._wake(key)
        await self.cache.add_proved(key, claim)

    @asynccontextmanager
    async def listening(self) -> AsyncIterator[None]:
        """Hears, for as long as the block runs, what others prove."""
        async with self.cache.events() as events:
            task = asyncio.create_task(self._listen(events))
            try:
                yield
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)

    def call(self, key: Key, wake: Callable[[], None]) -> None:
        """``wake`` is called when somebody, this run included, says something new of the goal; until `forget`."""
        self._waiting.setdefault(key, set()).add(wake)

    def forget(self, key: Key, wake: Callable[[], None]) -> None:
        waiting = self._waiting.get(key, set())
        waiting.discard(wake)
        if not waiting:
            self._waiting.pop(key, None)

    async def _listen(self, events: AsyncIterator[object]) -> None:
        async for event in events:
            if isinstance(event, Solved | Disproved):
                self._wake(event.key)

    def _wake(self, key: Key) -> None:
        for wake in tuple(self._waiting.get(key, ())):
            wake()


def closed(goal: Goal) -> str:
    """The proposition closed over its hypotheses, in Lean's own words; empty where a hypothesis has no name to write, or a value."""
    if any((not h.accessible and h.kind != "instance") or h.value is not None for h in goal.hypotheses):
        return ""
    binders = " ".join(f"[{h.type}]" if h.kind == "instance" else f"({h.name} : {h.type})" for h in goal.hypotheses)
    return f"∀ {binders}, {goal.target}" if binders else goal.target
