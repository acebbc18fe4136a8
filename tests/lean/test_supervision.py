"""What crashes or hangs a real Lean costs one tactic: every other step answers as it does without it."""

import os

import pytest

from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.stepper import StepLimits, Stepper
from prover.lean.toolchain import Toolchain, cache_dir
from prover.lean.worker import Worker
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Crashed, Rejected, TimedOut
from tests.lean.chaos import essence

STATEMENTS = [
    Statement("a", "", "theorem a (p q : Prop) (hp : p) (hq : q) : p ∧ q"),
    Statement("b", "", "theorem b (n : Nat) (h : n % 5 = 3) : 2 * n % 5 = 1"),
    Statement("c", "", "theorem c (xs ys : List Nat) : (xs ++ ys).length = ys.length + xs.length"),
    Statement("d", "", "theorem d (f : Nat → Nat) (h : ∀ n, f (n + 1) = f n + 2) (h0 : f 0 = 1) : f 3 = 7"),
]
TACTICS = ["constructor", "simp", "omega", "simp_all", "intro x", "rfl", "exact ⟨hp, hq⟩", "induction xs", "have := h 2", "norm_num"]

HANGING = (Statement("hang", "", "theorem hang : (List.range 100000000).foldl (· + ·) 0 = 1"), "decide +kernel")
"""Kernel evaluation counts no heartbeats: only the wall clock ends it."""

CRASHING = (Statement("crash", "", "theorem crash : 1 = 1"), "exact " + "id (" * 3000 + "rfl" + ")" * 3000)
"""Nesting deeper than any stack that a tactic may have."""


async def answers(stepper: Stepper, *, disturbed: bool) -> list[tuple[object, ...]]:
    """200 steps; disturbed, one in fifty is followed by a tactic that hangs and one that nests too deep."""
    states = [await stepper.start(statement) for statement in STATEMENTS]
    found = []
    for number in range(200):
        result = await stepper.step(states[number % 4], TACTICS[number // 4 % 10])
        found.append(essence(result))
        if disturbed and number % 100 == 50:
            hanging = await stepper.step(await stepper.start(HANGING[0]), HANGING[1])
            assert isinstance(hanging, TimedOut | Rejected | Crashed)
            crashing = await stepper.step(await stepper.start(CRASHING[0]), CRASHING[1])
            assert not isinstance(crashing, Advanced)
    return found


@pytest.mark.full
async def test_hanging_and_crashing_tactics_leave_every_other_answer_as_it_was(toolchain: Toolchain) -> None:
    stepper = Stepper(Worker(Recipe(toolchain, stepwise_program(cache_dir(os.environ)))), StepLimits(seconds=5.0))
    try:
        undisturbed = await answers(stepper, disturbed=False)
        before = stepper.worker.restarts
        disturbed = await answers(stepper, disturbed=True)
        assert stepper.worker.restarts > before, "nothing hung: the test proves nothing"
        assert disturbed == undisturbed
    finally:
        await stepper.worker.close()
