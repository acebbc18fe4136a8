"""Whatever text comes as a tactic: Python does not crash, nothing hangs past its deadline, and nothing false is closed."""

import asyncio
import os
import random
import time
from collections.abc import AsyncIterator, Callable

import pytest

from prover.lean.counters import Counters
from prover.lean.pool import Pool, PoolSettings
from prover.lean.process import Process, Recipe
from prover.lean.program import stepwise_program
from prover.lean.stepper import StepLimits
from prover.lean.toolchain import Toolchain, cache_dir
from prover.lean.worker import WorkerDied
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed

SECONDS = 20.0
UNPROVABLE = Statement("t", "", "theorem t (p q : Prop) (n m : Nat) (f : Nat → Nat) (hp : p) (h : n < m) (xs : List Nat) : q ∧ f n = f m ∧ xs = []")
"""Not even contradictory hypotheses: whatever closes it is a false `Closed`."""

WORDS = (
    *("intro", "x", "exact", "hp", "h", "⟨", "⟩", "(", ")", "[", "]", "{", "}", "by", "simp", "at", "*", "omega", "with", "|", "=>", ";", "<;>", "·"),
    *(
        "have",
        ":=",
        ":",
        "fun",
        "λ",
        "∀",
        "∃",
        "→",
        "↔",
        "_",
        "?_",
        "?a",
        "@",
        "this",
        "show",
        "from",
        "let",
        "rw",
        "←",
        "cases",
        "induction",
        "n",
        "m",
    ),
    *(
        "decide",
        "+kernel",
        "native_decide",
        "sorry",
        "admit",
        "exact?",
        "rfl",
        "refine",
        "And.intro",
        "xs",
        "f",
        "f n",
        "0",
        "1",
        "10000000000000000000",
    ),
    *("first", "try", "repeat", "all_goals", "any_goals", "calc", "conv", "in", "set_option", "maxHeartbeats", "true", "open", "Nat", "Classical"),
    *(
        "end",
        "theorem",
        "t",
        "axiom",
        "#eval",
        "#exit",
        "section",
        "namespace",
        "import",
        "Lean",
        "/-",
        "-/",
        "--",
        "\n",
        "\n  ",
        "\t",
        '"',
        "\\",
        "`",
        "$",
    ),
    *(
        "stop",
        "done",
        "skip",
        "fail",
        "unfold",
        "subst",
        "grind",
        "ac_rfl",
        "run_tac",
        "unsafe",
        "partial",
        "macro",
        "elab",
        "instance",
        "«",
        "»",
        "¬",
    ),
)
PROOFS = ("constructor\n· exact hq\n· exact ⟨rfl, rfl⟩", "refine ⟨?_, congrArg f ?_, ?_⟩", "induction n with\n| zero => simp\n| succ k ih => omega")
ODD = (
    "\x00",
    "\x01",
    "\x07",
    "\x1b[2J",
    "\x7f",
    "\u200b",
    "\u202e",
    "\ufeff",
    "\ufffd",
    "\udcff",
    "\ud800",
    "𝔸",
    "e\u0301",
    "\r",
    "\r\n",
    "\u2028",
    "",
)


def words(rng: random.Random) -> str:
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 14)))


def noise(rng: random.Random) -> str:
    return "".join(chr(rng.choice([rng.randint(0, 127), rng.randint(0, 0x2FFF), rng.randint(0, 0x10FFFF)])) for _ in range(rng.randint(0, 40)))


def mutated(rng: random.Random) -> str:
    text = rng.choice([*PROOFS, words(rng)])
    for _ in range(rng.randint(1, 5)):
        at = rng.randint(0, len(text))
        match rng.randrange(4):
            case 0:
                text = text[:at] + rng.choice(ODD) + text[at:]
            case 1:
                text = text[:at] + text[at + rng.randint(1, 6) :]
            case 2:
                text = text[:at] + rng.choice(WORDS) + text[at:]
            case _:
                text = text[:at] + text[max(0, at - 9) : at] * rng.randint(1, 4) + text[at:]
    return text


def unclosed(rng: random.Random) -> str:
    return rng.choice(["/-", "/- /- -/", "--", '"', "(" * 50, "⟨" * 50, "by " * 30, "«", "`(", 's!"{', 'r#"', "'"]) + words(rng)


def deep(rng: random.Random) -> str:
    depth = rng.randint(1, 60)
    return "exact " + "(id " * depth + "hp" + ")" * rng.choice([depth, depth - 1])


KINDS: tuple[Callable[[random.Random], str], ...] = (words, noise, mutated, mutated, unclosed, deep)


@pytest.fixture(scope="module")
async def pool(toolchain: Toolchain) -> AsyncIterator[Pool]:
    limits = StepLimits(heartbeats=500, seconds=SECONDS, tactic_bytes=4_000_000)
    pool = Pool(Recipe(toolchain, stepwise_program(cache_dir(os.environ))), PoolSettings(workers=2, spares=0), limits)
    yield pool
    await pool.close()


@pytest.mark.parametrize("count", [1_000, pytest.param(20_000, marks=pytest.mark.full)])
async def test_no_text_crashes_hangs_or_proves_what_is_false(pool: Pool, count: int) -> None:
    root = await pool.start(UNPROVABLE)
    rng = random.Random(count)
    states: list[ProofState] = [root]
    longest = 0.0

    async def one(text: str, state: ProofState) -> None:
        nonlocal longest
        began = time.monotonic()
        result = await pool.step(state, text)
        longest = max(longest, time.monotonic() - began)
        assert not isinstance(result, Closed), f"closed by {text!r}"
        if isinstance(result, Advanced) and len(states) < 40:
            states.append(result.state)

    for _ in range(0, count, 8):
        await asyncio.gather(*(one(rng.choice(KINDS)(rng), rng.choice(states)) for _ in range(8)))
    # A request that waited behind others for a process, was tried on a second one and reached the limit there as well.
    assert longest < 8 * SECONDS


FULL = pytest.mark.full


@pytest.mark.parametrize(
    "text",
    [
        "-- " + "x" * 1_000_000,
        pytest.param("simp " * 200_000, marks=FULL),
        pytest.param("exact " + "f (" * 100_000, marks=FULL),
        pytest.param('"' + "y" * 1_000_000, marks=FULL),
        pytest.param("\n" * 1_000_000, marks=FULL),
    ],
    ids=["comment", "words", "nesting", "string", "lines"],
)
async def test_a_megabyte_is_an_answer_like_any(pool: Pool, text: str) -> None:
    assert len(text) >= 300_000
    root = await pool.start(UNPROVABLE)
    assert not isinstance(await pool.step(root, text), Closed | Advanced)
    assert not isinstance(await pool.step(root, "exact hp"), Closed)


@pytest.mark.parametrize(
    "line",
    [
        b'{"id":1,"op":"step","state":0,"tactic":"\xff\xfe\xc0"}\n',
        pytest.param(b"\xff\n", marks=FULL),
        pytest.param(b"{}\n", marks=FULL),
        pytest.param(b"[]\n", marks=FULL),
        pytest.param(b"null\n", marks=FULL),
        pytest.param(b"{" * 100_000 + b"\n", marks=FULL),
    ],
    ids=["tactic", "byte", "object", "list", "null", "nesting"],
)
async def test_bytes_that_are_no_request_are_answered_or_end_the_process(toolchain: Toolchain, line: bytes) -> None:
    """Our client never sends these. Whoever does gets an answer to request 0 or 1, which is none to the request that follows, or the end."""
    process = await Process.start(Recipe(toolchain, stepwise_program(cache_dir(os.environ))))
    try:
        assert process._process.stdin is not None
        process._process.stdin.write(line)
        process._next_id = 1
        with pytest.raises(WorkerDied):
            await process.exchange({"op": "stats"}, 20, Counters())
    finally:
        await process.kill()
