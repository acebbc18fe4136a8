"""A cache that lies: it costs time, never a wrong proof, never a proof that would have been found without it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from prover.cache.cache import ProofCache
from prover.cache.entries import Key, ProvedClaim
from prover.cache.opening import open_cache
from prover.config import CacheConfig, TeamConfig
from prover.lean.judge import Judge
from prover.lean.pool import Pool
from prover.policy.automation import AutomationPolicy
from prover.proof.attempt import Proved, Telemetry
from prover.proof.script import Proof, lines
from prover.proof.statement import Statement
from prover.proof.verdict import Verified
from prover.search.settings import Budget, SearchSettings
from prover.team.local import LocalProvers
from prover.team.places import Places
from prover.team.settings import TeamSettings
from prover.team.sharing import Sharing
from prover.team.team import Team
from tests.attacks.test_attacks import ATTACKS

THEOREMS = [
    Statement("plus", "", "theorem plus (a b : Nat) : a + b + a = 2 * a + b"),
    Statement("swap", "", "theorem swap (p q : Prop) (hp : p) (hq : q) : q ∧ p"),
    Statement("sequence", "", "theorem sequence (s : Nat → Nat) (h0 : s 0 = 0) (hs : ∀ n, s (n + 1) = s n + 2) (n : Nat) : s n = 2 * n"),
    Statement("witness", "", "theorem witness (n : Nat) : ∃ m, n < m ∧ m % 2 = 0"),
    Statement("joined", "", "theorem joined (xs ys : List Nat) : (xs ++ ys).length = ys.length + xs.length"),
]
PER_GOAL = 4
"""Claims that the cache keeps for one goal."""


@pytest.fixture
async def cache(tmp_path: Path) -> AsyncIterator[ProofCache]:
    async with open_cache(CacheConfig(server="embedded"), tmp_path) as cache:
        yield cache


class Runs:
    """The theorems, tried with one cache and judged."""

    def __init__(self, lean: Pool, judge: Judge, cache: ProofCache) -> None:
        self._lean, self._judge, self._cache = lean, judge, cache
        self.environment = ""

    async def proved(self) -> dict[str, Telemetry]:
        """What a new run proves, and what it spent. Every proof is the judge's too."""
        self.environment = await self._cache.add_environment({"lean": "test"}, "")
        proved: dict[str, Telemetry] = {}
        for statement in THEOREMS:

            async def confirm(proof: Proof, heartbeats: int, statement: Statement = statement) -> bool:
                verdict, _ = await self._judge.judge(statement, lines(proof), heartbeats=heartbeats)
                assert isinstance(verdict, Verified)
                return True

            settings = TeamSettings(TeamConfig(), SearchSettings(), Budget(30.0), self.environment, "automation")
            sharing = Sharing(self._cache, self._lean)
            team = Team(LocalProvers(self._lean, AutomationPolicy()), sharing, Places(4), None, settings, confirm=confirm)
            if isinstance(attempt := await team.run(statement), Proved):
                proved[statement.name] = attempt.telemetry
        return proved

    async def key(self, statement: Statement) -> Key:
        return Key.of(self.environment, await self._lean.start(statement))


Poison = Callable[[int, dict[str, ProvedClaim]], list[Proof]]


def garbage(number: int, truth: dict[str, ProvedClaim]) -> list[Proof]:
    return [Proof("frobnicate"), Proof("exact ⟨"), Proof("· sorry", (((7,), Proof("simp")),)), Proof("\0")]


def another_goals(number: int, truth: dict[str, ProvedClaim]) -> list[Proof]:
    return [truth[THEOREMS[(number + 1) % len(THEOREMS)].name].proof]


def attacks(number: int, truth: dict[str, ProvedClaim]) -> list[Proof]:
    texts = [text for attack in ATTACKS if not attack.slow and (text := attack.text("tactic.lean"))]
    return [Proof(text) for text in texts[number :: len(THEOREMS)][-PER_GOAL:]]


async def test_what_one_run_proves_the_next_has_at_once(lean: Pool, judge: Judge, cache: ProofCache) -> None:
    runs = Runs(lean, judge, cache)
    first, second = await runs.proved(), await runs.proved()
    assert set(first) == set(second) == {statement.name for statement in THEOREMS}
    assert all((telemetry.cache_hits, telemetry.searches, telemetry.expansions) == (1, 0, 0) for telemetry in second.values())


@pytest.mark.parametrize("poison", [garbage, another_goals, attacks])
async def test_with_every_entry_poisoned_the_same_is_proved_and_the_poison_is_gone(
    lean: Pool, judge: Judge, cache: ProofCache, poison: Poison
) -> None:
    runs = Runs(lean, judge, cache)
    first = await runs.proved()
    truth: dict[str, ProvedClaim] = {}
    for statement in THEOREMS:
        [truth[statement.name]] = (await cache.look(await runs.key(statement))).proved
    planted: dict[str, list[ProvedClaim]] = {}
    for number, statement in enumerate(THEOREMS):
        key = await runs.key(statement)
        await cache.drop(key, truth[statement.name])
        planted[statement.name] = [ProvedClaim(proof, (), 10, "") for proof in poison(number, truth)]
        for claim in planted[statement.name]:
            await cache.add_proved(key, claim)
    again = await runs.proved()
    assert set(again) == set(first)
    wrong = [statement for statement in THEOREMS if again[statement.name].cache_misses]  # another's proof may do: `omega` does for many
    assert wrong
    for statement in wrong:
        left = (await cache.look(await runs.key(statement))).proved
        assert left
        assert not set(left) & set(planted[statement.name])
