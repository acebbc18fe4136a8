"""What one says, the other knows."""

import json
from pathlib import Path

from prover.cache.bound import Bound
from prover.cache.entries import Key, Knowledge, Tried, environment_of
from prover.cache.names import Kind
from prover.cache.opening import open_cache
from prover.cache.redis_cache import RedisCache
from prover.config import CacheConfig
from prover.proof.script import Proof, path
from tests.cache.claims import ENVIRONMENT, TRIED, claim, key
from tests.cache.conftest import opened
from tests.cache.servers import RedisServer

Two = tuple[RedisCache, RedisCache]


async def test_a_goal_that_one_proved_is_known_to_the_other(two: Two) -> None:
    mine, theirs = two
    branching = Proof("constructor", (((0,), Proof("exact hp", finisher=True)), ((1,), path(["simp", "omega"]))))
    said = claim()
    await mine.add_proved(key(), said)
    await mine.add_proved(key(1), type(said)(branching, ("hp", "x✝"), 0, ""))
    assert await theirs.look(key()) == Knowledge(proved=(said,))
    assert (await theirs.look(key(1))).proved[0].proof == branching
    assert await theirs.look(key(2)) == Knowledge()
    assert await theirs.look(Key("fedcba9876543210", key().goal)) == Knowledge(), "another environment gives the goal another meaning"


async def test_what_is_false_and_what_was_tried_is_known_too(two: Two) -> None:
    mine, theirs = two
    await mine.add_disproved(key(), "n = 0")
    await mine.add_tried(key(), TRIED)
    await mine.add_tried(key(), Tried("others", 1.5, 3, exhausted=True))
    knowledge = await theirs.look(key())
    assert knowledge.disproved == "n = 0"
    assert set(knowledge.tried) == {TRIED, Tried("others", 1.5, 3, exhausted=True)}


async def test_a_goal_keeps_the_newest_few_claims_each_once(two: Two) -> None:
    mine, theirs = two
    for number in range(7):
        await mine.add_proved(key(), claim(f"exact h{number}"))
        await theirs.add_proved(key(), claim(f"exact h{number}"))
    proofs = [proved.proof.tactic for proved in (await theirs.look(key())).proved]
    assert len(proofs) == len(set(proofs)) == Kind.PROVED.keep
    assert "exact h6" in proofs
    for number in range(20):
        await mine.add_tried(key(), Tried(f"settings {number}", 1.0, 1))
    assert len((await theirs.look(key())).tried) == Kind.TRIED.keep


async def test_a_claim_that_does_not_hold_is_dropped_for_everybody_and_counted(two: Two, server: RedisServer) -> None:
    mine, theirs = two
    await mine.add_proved(key(), claim("exact nonsense"))
    await mine.add_proved(key(), claim("omega"))
    await theirs.drop(key(), claim("exact nonsense"))
    assert (await mine.look(key())).proved == (claim("omega"),)
    await theirs.drop(key(), claim("omega"))
    assert await mine.look(key()) == Knowledge()
    assert not server.client().zcard(mine.names.index(Kind.PROVED)), "a goal without claims is in no list"
    await theirs.flush()
    assert server.client().hget(mine.names.counters, "dropped") == b"2"


async def test_similar_goals_are_found_by_their_words(two: Two) -> None:
    mine, theirs = two
    texts = ["∀ (n : Nat), 0 < n → n ≠ 0", "∀ (n : Nat), 1 < n → n ≠ 0", "∀ (xs : List Nat), xs.reverse.reverse = xs", "∀ (n : Nat), n + 0 = n"]
    for number, text in enumerate(texts):
        await mine.add_proved(key(number), claim(f"exact h{number}", goal=text))
    await mine.add_proved(key(0, "fedcba9876543210"), claim("elsewhere", goal=texts[1]))
    found = await theirs.similar(ENVIRONMENT, texts[0], limit=2)
    assert [similar.goal for similar in found] == [texts[1], texts[3]], "never the goal itself, nor another environment's"
    assert await theirs.similar(ENVIRONMENT, "zzz") == []


async def test_an_environment_is_remembered_by_its_hash(cache: RedisCache) -> None:
    lean: dict[str, object] = {"lean": "4.28.0"}
    environment = await cache.add_environment(lean, "import Std\n")
    assert environment == environment_of(lean, "import Std\n")
    ((stored,),) = await cache.entries([f"{environment}:"])
    assert json.loads(json.dumps(stored.entry.header)) == "import Std\n"  # type: ignore[union-attr]


async def test_caches_of_other_prefixes_are_apart(server: RedisServer) -> None:
    async with opened(server, prefix="one") as one, opened(server, prefix="one:index") as other:
        await one.add_proved(key(), claim())
        assert await other.look(key()) == Knowledge()


async def test_what_cannot_be_stored_is_counted_and_forgotten(cache: RedisCache) -> None:
    deep = path(["skip"] * 5_000)
    for unstorable in (claim("x" * 70_000), claim("half a character \ud800"), type(claim())(deep, (), 0, "")):
        await cache.add_proved(key(), unstorable)
        await cache.drop(key(), unstorable)
    for odd in (Key("", "1-1"), Key("a:b", "1-1"), Key(ENVIRONMENT, "x" * 1_000), Key(ENVIRONMENT, "line\nbreak")):
        await cache.add_proved(odd, claim())
        assert await cache.look(odd) == Knowledge()
    assert cache.counts["unstorable"] == 7
    assert await cache.look(key()) == Knowledge()


async def test_the_cache_that_is_off_knows_nothing_and_grants_everything(tmp_path: Path) -> None:
    async with open_cache(CacheConfig(), tmp_path) as cache:
        await cache.add_proved(key(), claim())
        assert await cache.look(key()) == Knowledge()
        async with cache.lease(key()) as mine, cache.lease(key()) as again, cache.events():
            assert mine
            assert again
        assert await cache.add_environment({}, "") == environment_of({}, "")


async def test_one_solve_costs_few_operations(cache: RedisCache, server: RedisServer) -> None:
    assert isinstance(cache.bound, Bound)
    cache._added = 1  # not the one addition in some hundred that checks the size
    before = cache.link.traffic.operations
    await cache.look(key())
    async with cache.lease(key()):
        await cache.add_proved(key(), claim())
    await cache.look(key())
    assert cache.link.traffic.operations - before <= 10
