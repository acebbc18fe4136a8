"""`prover cache` as a person runs it."""

import json
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner

from prover.cache.entries import Key, ProvedClaim
from prover.cache.exchange import read_line
from prover.cache.redis_cache import RedisCache
from prover.cli.app import main
from prover.cli.environment import lean_words
from prover.evaluation.recheck import CannotTell, DoesNotHold, Holds, recheck
from prover.lean.stepper import Stepper
from prover.lean.toolchain import Toolchain
from prover.proof.script import Proof, path
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import StepResult
from tests.cache.claims import TRIED, claim, key
from tests.cache.servers import RedisServer

HEADER = "import Std\n\ndef double (n : Nat) : Nat := n + n\n"


@dataclass(frozen=True)
class Done:
    returncode: int
    stdout: str
    stderr: str


def prover_cache(*arguments: str, stdin: str = "") -> Done:
    """The command line in a thread of this process, which saves a second of imports each time."""
    with ThreadPoolExecutor(1) as thread:
        result = thread.submit(CliRunner().invoke, main, ["cache", *arguments], input=stdin).result(120)
    return Done(result.exit_code, result.stdout, result.stderr)


async def fill(cache: RedisCache) -> None:
    for number in range(3):
        await cache.add_proved(key(number), claim())
    await cache.add_proved(key(0), claim("simp"))
    await cache.add_disproved(key(7), "n = 0")
    await cache.add_tried(key(8), TRIED)
    await cache.add_environment({"lean": "x"}, "import Std")
    await cache.look(key())
    await cache.flush()


async def test_stats(cache: RedisCache, server: RedisServer) -> None:
    await fill(cache)
    done = prover_cache("stats", "--cache", server.address, "--json")
    assert done.returncode == 0
    stats = json.loads(done.stdout)
    assert stats["goals"]["0123456789abcdef"] == {"proved": 3, "disproved": 1, "tried": 1}
    assert stats["counters"]["hits"] == 1
    assert stats["bytes"] > 0
    text = prover_cache("stats", "--cache", server.address).stdout
    assert "all environments  3 proved, 1 disproved, 1 tried" in text


async def test_what_is_exported_can_be_imported_elsewhere(cache: RedisCache, server: RedisServer, tmp_path: Path) -> None:
    await fill(cache)
    file = tmp_path / "entries.jsonl"
    assert prover_cache("export", str(file), "--cache", server.address).returncode == 0
    exported = file.read_text(encoding="utf-8")
    entries = [read_line(line) for line in exported.splitlines()]
    assert len(entries) == 7
    there = ("--cache", server.address, "--prefix", "there")
    done = prover_cache("import", "-", *there, stdin=exported)
    assert (done.returncode, done.stderr) == (0, "7 entries added, 0 lines left out\n")
    again = prover_cache("export", "-", *there)
    assert sorted(again.stdout.splitlines()) == sorted(exported.splitlines())


async def test_lines_that_are_no_entries_are_named_and_left_out(cache: RedisCache, server: RedisServer) -> None:
    await fill(cache)
    good = prover_cache("export", "-", "--cache", server.address).stdout.splitlines()[0]
    lines = [good, "{}", "[" * 100_000, good.replace('"kind": "', '"kind": "z'), "", good[:-9], "x" * 1_000_000, '{"v": NaN}', good]
    done = prover_cache("import", "-", "--cache", server.address, "--prefix", "there", stdin="\n".join(lines))
    assert done.returncode == 1
    said = done.stderr.splitlines()
    assert said[-1] == "2 entries added, 6 lines left out"
    assert [line.split(":")[1] for line in said[:-1]] == ["2", "3", "4", "6", "7", "8"]


async def test_clear_asks_first(cache: RedisCache, server: RedisServer) -> None:
    await fill(cache)
    server.client().set("stepwise-of-another", "x")
    where = ("--cache", server.address)
    assert prover_cache("clear", *where).returncode == 2
    assert prover_cache("clear", "--all", *where, stdin="n\n").returncode == 130
    assert (await cache.look(key())).proved
    assert prover_cache("clear", "--tried", "--yes", *where).returncode == 0
    assert not (await cache.look(key(8))).tried
    assert (await cache.look(key())).proved
    assert prover_cache("clear", "--all", *where, stdin="y\n").returncode == 0
    assert [*server.client().scan_iter()] == [b"stepwise-of-another"]


def test_the_embedded_cache_is_the_default(tmp_path: Path) -> None:
    done = prover_cache("stats", "--cache-dir", str(tmp_path))
    assert done.returncode == 0
    assert "0 proved" in done.stdout


@pytest.mark.parametrize("verb", [["stats"], ["export", "-"], ["import", "-"], ["clear", "--all", "--yes"], ["verify"]])
def test_no_server_is_one_line(verb: list[str]) -> None:
    done = prover_cache(*verb, "--cache", "redis://127.0.0.1:1/0")
    assert done.returncode == 2
    assert done.stderr.startswith("prover: proof cache: redis://127.0.0.1:1/0 cannot be reached")
    assert len(done.stderr.splitlines()) == 1


@dataclass(frozen=True)
class OneProcess:
    """The session's Lean, as what needs a `Lean` sees it."""

    stepper: Stepper

    async def start(self, statement: Statement) -> ProofState:
        return await self.stepper.start(statement)

    async def step(self, state: ProofState, tactic: str, *, heartbeats: int | None = None, priority: int = 0) -> StepResult:
        return await self.stepper.step(state, tactic, heartbeats=heartbeats)


async def subgoal(stepper: Stepper, binders: str, proposition: str) -> ProofState:
    return await stepper.start(Statement("t", HEADER, f"theorem t {binders} : {proposition}"))


TRUE = "∀ (n : Nat) (h : 0 < n), 0 < double n"
PROOF = path(["unfold double", "omega"])


@pytest.mark.parametrize(
    ("proof", "goal", "finding"),
    [
        (PROOF, TRUE, Holds),
        (path(["cases q", "omega"]), TRUE, DoesNotHold),
        (Proof("exact nonsense"), TRUE, DoesNotHold),
        (Proof("sorry"), TRUE, DoesNotHold),
        (PROOF, "∀ (n : Nat), 0 < n → 0 < double n", Holds),
        (PROOF, "∀ (n : Nat) (h : 1 < n), 0 < double n", DoesNotHold),
        (PROOF, "0 < double 1", DoesNotHold),
        (PROOF, "this is no proposition", CannotTell),
        (PROOF, "True := trivial\ntheorem u : False", CannotTell),
        (PROOF, "", CannotTell),
    ],
)
async def test_a_claim_is_replayed_from_the_cache_alone(stepper: Stepper, proof: Proof, goal: str, finding: type) -> None:
    state = await subgoal(stepper, "(n : Nat) (h : 0 < n)", "0 < double n")
    names = state.goals[0].names
    found = await recheck(OneProcess(stepper), HEADER, Key("0123456789abcdef", state.key), ProvedClaim(proof, names, 10, goal))
    assert isinstance(found, finding), found


async def test_another_goals_proof_does_not_hold_here(stepper: Stepper) -> None:
    mine = await subgoal(stepper, "(p q : Prop) (hp : p) (hq : q)", "p ∧ q")
    other = await subgoal(stepper, "(n : Nat)", "n + 0 = n")
    claim_of_other = ProvedClaim(Proof("rfl"), other.goals[0].names, 1, "∀ (n : Nat), n + 0 = n")
    assert isinstance(await recheck(OneProcess(stepper), HEADER, Key("0123456789abcdef", other.key), claim_of_other), Holds)
    assert isinstance(await recheck(OneProcess(stepper), HEADER, Key("0123456789abcdef", mine.key), claim_of_other), DoesNotHold)
    swapped = ProvedClaim(Proof("rfl"), other.goals[0].names, 1, "∀ (p q : Prop) (hp : p) (hq : q), p ∧ q")
    assert isinstance(await recheck(OneProcess(stepper), HEADER, Key("0123456789abcdef", mine.key), swapped), DoesNotHold)


async def test_hypotheses_keep_the_names_that_the_proof_uses_whatever_their_order(stepper: Stepper) -> None:
    mine = await subgoal(stepper, "(p q : Prop) (hp : p) (hq : q)", "p ∧ q")
    proved = ProvedClaim(Proof("exact ⟨hp, hq⟩"), mine.goals[0].names, 1, "∀ (q p : Prop), q → p → p ∧ q")
    assert isinstance(await recheck(OneProcess(stepper), HEADER, Key("0123456789abcdef", mine.key), proved), Holds)


@pytest.mark.full
async def test_verify_drops_what_does_not_hold(cache: RedisCache, server: RedisServer, stepper: Stepper, toolchain: Toolchain) -> None:
    environment = await cache.add_environment(lean_words(toolchain), HEADER)
    state = await subgoal(stepper, "(n : Nat) (h : 0 < n)", "0 < double n")
    other = await subgoal(stepper, "(n : Nat)", "n + 0 = n")
    names = state.goals[0].names
    true = ProvedClaim(PROOF, names, 10, TRUE)
    await cache.add_proved(Key(environment, state.key), ProvedClaim(Proof("exact nonsense"), names, 10, TRUE))
    await cache.add_proved(Key(environment, state.key), ProvedClaim(Proof("rfl"), other.goals[0].names, 1, "∀ (n : Nat), n + 0 = n"))
    await cache.add_proved(Key(environment, state.key), true)
    await cache.add_proved(key(), claim())
    where = ("--cache", server.address, "--lean", "embedded")
    for keep in (["--keep"], []):
        done = prover_cache("verify", *where, *keep)
        assert done.returncode == 1, done.stderr
        assert f"1 hold, 2 do not ({'kept' if keep else 'removed'}), 1 cannot be replayed here" in done.stderr
    assert (await cache.look(Key(environment, state.key))).proved == (true,)
    assert prover_cache("verify", *where).returncode == 0
