"""What anybody may write into the cache: it is absent, it goes, it is counted, and it never hurts."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.cache.codec import MAX_DEPTH, Corrupt, Entry, Environment, Stored, Unstorable, as_json, decode, encode, field_of, from_json, kind_of
from prover.cache.entries import Key, Knowledge, ProvedClaim, Tried, environment_of
from prover.cache.exchange import line_of, read_line
from prover.cache.names import Kind
from prover.cache.redis_cache import RedisCache
from prover.proof.script import Proof, lines, path
from tests.cache.claims import TRIED, claim, key
from tests.cache.servers import RedisServer

NOW = 1_700_000_000_000
LATEST = NOW + 1
GOOD = encode(claim(), NOW)
FIELD = field_of(claim()).encode()
DEEP = b'{"tactic":"skip","parts":[[[],' * 300 + b'{"tactic":"skip"}' + b"]]}" * 300


def proved(**changes: Any) -> bytes:
    return b"%013d" % NOW + json.dumps({"v": 1, **as_json(claim()), **changes}).encode()


HOSTILE: dict[str, tuple[bytes, bytes]] = {
    "nothing": (FIELD, b""),
    "no time": (FIELD, GOOD[13:]),
    "time of the future": (FIELD, b"9999999999999" + GOOD[13:]),
    "cut": (FIELD, GOOD[:-5]),
    "bytes": (FIELD, bytes(range(256))),
    "no object": (FIELD, b"%013d[1]" % NOW),
    "lists without end": (FIELD, b"%013d" % NOW + b"[" * 50_000),
    "objects without end": (FIELD, b"%013d" % NOW + b'{"v":' * 10_000),
    "another version": (FIELD, proved(v=2)),
    "another goal's field": (b"p" + b"0" * 16, GOOD),
    "an unknown kind": (b"zebra", GOOD),
    "no field": (b"", GOOD),
    "a proof that is no proof": (FIELD, proved(proof=17)),
    "a proof nested too deep": (FIELD, proved().replace(b'{"tactic": "omega"}', DEEP)),
    "a tactic that is no text": (FIELD, proved(proof={"tactic": "\ud800"})),
    "an empty tactic": (FIELD, proved(proof={"tactic": " "})),
    "parts that do not fit": (FIELD, proved(proof={"tactic": "simp", "parts": [[[3], {"tactic": "simp"}]]})),
    "a part below zero": (FIELD, proved(proof={"tactic": "simp", "parts": [[[-1], {"tactic": "simp"}]]})),
    "names that are no names": (FIELD, proved(names=[1, 2])),
    "heartbeats below zero": (FIELD, proved(heartbeats=-1)),
    "heartbeats true": (FIELD, proved(heartbeats=True)),
    "heartbeats endless": (FIELD, proved(heartbeats=float("inf"))),
    "a number with many digits": (FIELD, proved().replace(b'"heartbeats": 12', b'"heartbeats": ' + b"9" * 5_000)),
    "more than was asked for": (FIELD, proved(more=1)),
    "a huge value": (FIELD, proved(goal="x" * 200_000)),
    "a huge field": (b"p" * 10_000, GOOD),
    "no reason": (b"d", b'%013d{"v":1,"reason":""}' % NOW),
    "seconds that are no number": (field_of(TRIED).encode(), encode(TRIED, NOW).replace(b"20.0", b"NaN")),
    "an environment among goals": (b"e", encode(Environment({}, ""), NOW)),
}


@pytest.mark.parametrize("what", HOSTILE)
async def test_a_corrupt_entry_is_absent_goes_and_is_counted(cache: RedisCache, server: RedisServer, what: str) -> None:
    name = cache.names.entries("0123456789abcdef:0-0")
    await cache.add_proved(key(), claim("simp"))
    field, value = HOSTILE[what]
    server.client().hset(name, field, value)
    assert (await cache.look(key())).proved == (claim("simp"),), "what is sound beside it stays"
    assert cache.counts["corrupt"] == 1
    assert server.client().hlen(name) == 1
    assert (await cache.look(key())).proved == (claim("simp"),)


@pytest.mark.parametrize("kind", ["string", "list", "stream", "hash"])
async def test_keys_that_hold_something_else_are_mended(cache: RedisCache, server: RedisServer, kind: str) -> None:
    client = server.client()
    names = cache.names
    for name in (
        names.entries("0123456789abcdef:0-0"),
        names.lease("0123456789abcdef:0-0"),
        names.index(Kind.PROVED),
        names.texts("0123456789abcdef"),
    ):
        match kind:
            case "string":
                client.set(name, "x" * 1_000_000)
            case "list":
                client.rpush(name, "x")
            case "stream":
                client.xadd(name, {"x": "x"})
            case "hash":
                client.hset(name, mapping={str(number): "x" for number in range(1_000)})
    assert (await cache.look(key())).proved == ()
    async with cache.lease(key()) as got:
        assert got
    assert await cache.similar("0123456789abcdef", "x") == []
    await cache.bound.enforce()
    for _ in range(2):
        await cache.add_proved(key(), claim())
    assert (await cache.look(key())).proved == (claim(),)
    assert client.zcard(names.index(Kind.PROVED)) == 1
    assert cache.link.up.is_set()


async def test_a_proof_in_the_wrong_place_is_a_claim_like_any_other(cache: RedisCache, server: RedisServer) -> None:
    """Nobody can tell before it is replayed; then it is dropped."""
    server.client().hset(cache.names.entries("0123456789abcdef:0-0"), FIELD, GOOD)
    (found,) = (await cache.look(key())).proved
    await cache.drop(key(), found)
    assert await cache.look(key()) == Knowledge()


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
tactics = words.filter(str.strip)
proofs = st.recursive(
    st.builds(Proof, tactics, st.just(()), st.booleans()),
    lambda inner: st.builds(
        lambda tactic, parts: Proof(tactic, tuple(((number,), part) for number, part in enumerate(parts))), tactics, st.lists(inner, max_size=3)
    ),
    max_leaves=8,
)
counts = st.integers(0, 10**9)
entries: st.SearchStrategy[Entry] = st.one_of(
    st.builds(ProvedClaim, proofs, st.lists(words, max_size=4).map(tuple), counts, words),
    st.builds(Tried, words, st.floats(0, 1e9), counts, st.booleans()),
    st.builds(Environment, st.dictionaries(words, st.one_of(words, counts, st.none()), max_size=3), words),
    words.filter(bool),
)
jsons = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=10),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from([*as_json(claim()), *as_json(TRIED), "tactic", "parts", "v"]), inner),
    max_leaves=20,
)


def place(entry: Entry) -> Key:
    return Key(environment_of(entry.lean, entry.header), "") if isinstance(entry, Environment) else key()


@given(entries, st.integers(0, NOW))
def test_what_is_written_is_read(entry: Entry, at: int) -> None:
    where = place(entry)
    assert decode(where, field_of(entry).encode(), encode(entry, at), LATEST) == Stored(at, entry)
    assert read_line(line_of(where, Stored(at, entry))) == (where, Stored(at, entry))


@given(st.sampled_from(Kind), jsons)
def test_no_json_does_more_than_be_refused(kind: Kind, data: Any) -> None:
    try:
        entry = from_json(kind, data)
    except Corrupt:
        return
    assert kind_of(entry) is kind
    assert from_json(kind, as_json(entry)) == entry


@given(st.binary(max_size=40), st.binary(max_size=200))
def test_no_bytes_do_more_than_be_refused(field: bytes, value: bytes) -> None:
    with pytest.raises(Corrupt):
        decode(key(), field, b"%013d" % NOW + value, LATEST)


@given(st.integers(0, len(GOOD) - 1), st.integers(0, 255))
def test_one_byte_changed_is_refused_or_still_a_proof(place: int, byte: int) -> None:
    changed = GOOD[:place] + bytes([byte]) + GOOD[place + 1 :]
    try:
        entry = decode(key(), FIELD, changed, LATEST).entry
    except Corrupt:
        return
    assert isinstance(entry, ProvedClaim)
    assert lines(entry.proof)


def test_a_proof_as_deep_as_it_may_be() -> None:
    deep = ProvedClaim(path(["skip"] * MAX_DEPTH), (), 0, "")
    assert decode(key(), field_of(deep).encode(), encode(deep, NOW), LATEST).entry == deep
    with pytest.raises(Unstorable):
        encode(ProvedClaim(path(["skip"] * (MAX_DEPTH + 1)), (), 0, ""), NOW)
