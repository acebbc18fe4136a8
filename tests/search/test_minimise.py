"""Minimised proofs on real Lean: shorter, checked, and judged."""

import pytest

from prover.lean.judge import Judge
from prover.lean.stepper import Stepper
from prover.proof.length import length
from prover.proof.script import Proof, lines, path
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed
from prover.proof.verdict import Verified
from prover.search.minimise import MinimiseLimits, minimise, minimised

SUM = "theorem t (S : Nat → Nat) (h0 : S 0 = 0) (h : ∀ n, S (n + 1) = S n + 2 * n + 1) (n : Nat) : S n = n * n"
CLOSE = "first | omega | (simp_all; done) | grind -verbose"
LIMITS = MinimiseLimits(seconds=60.0)


async def shortened(stepper: Stepper, judge: Judge, declaration: str, proof: Proof) -> str:
    """The script of the minimised proof, which is verified and no longer."""
    statement = Statement("t", "", declaration)
    best = await minimise(stepper, statement, proof, limits=LIMITS)
    assert length(best) <= length(proof)
    verdict, text = await judge.judge(statement, lines(best))
    assert isinstance(verdict, Verified), (verdict, text)
    return "\n".join(lines(best))


@pytest.mark.parametrize(
    ("declaration", "raw", "script"),
    [
        ("theorem t (n : Nat) (h : n % 5 = 3) : 2 * n % 5 = 1", ["have k := h", "clear k", CLOSE], "omega"),
        ("theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q", ["constructor", "exact hp", "exact hq"], "simp_all"),
        ("theorem t (f : Nat → Nat) (h : ∀ n, f n = n) : f 1 = 1 ∧ f 2 = 2", ["constructor", "simp [h, h 1]", "simp [h, h 2]"], "simp_all"),
        ("theorem t : ∃ n : Nat, n * n = 49", ["first\n| exact ⟨5, by decide⟩\n| exact ⟨7, by decide⟩"], "exact ⟨7, by decide⟩"),
        (
            "theorem t (P Q : Nat → Prop) (h : ∀ x, P x → Q x) (k : ∀ x, P x) : (∀ x, Q x) ∧ ∃ x, Q x",
            ["constructor", "intro x", "apply h", "exact k x", "refine ⟨0, ?_⟩", "have i := h 0 (k 0)", "exact i"],
            None,
        ),
        (SUM, ["induction n with\n| zero => ?_\n| succ n ih => ?_", "rw [h0]", "rw [h]\nrw [ih]", "grind -verbose"], "induction n <;> grind"),
    ],
)
async def test_a_proof_is_shortened(stepper: Stepper, judge: Judge, declaration: str, raw: list[str], script: str | None) -> None:
    found = await shortened(stepper, judge, declaration, path(raw))
    if script is not None:
        assert found == script
    assert "first" not in found


async def test_a_flat_path_gets_a_block_for_each_goal(stepper: Stepper, judge: Judge) -> None:
    declaration = "theorem t (p q : Nat → Prop) (h : ∀ x, p x) (k : ∀ x, p x → q (x + 1)) (r : q 0) : p 7 ∧ q 9 ∧ ∀ x, q x"
    raw = ["constructor", "exact h 7", "constructor", "exact k 8 (h 8)", "intro x", "cases x", "exact r", "rename_i n", "exact k n (h n)"]
    found = await shortened(stepper, judge, declaration, path(raw))
    assert "·" in found or "⟨" in found or "<;>" in found


async def test_a_proof_of_separate_goals_stays_one(stepper: Stepper, judge: Judge) -> None:
    declaration = "theorem t (a b : Nat) (h : a < b) (f : Nat → Prop) (k : ∀ n, a < n → f n) : f b ∧ ∃ n, a < n ∧ f n"
    second = Proof("refine ⟨b, ?_, ?_⟩", (((0,), Proof("exact h")), ((1,), path(["apply k", "exact h"]))))
    proof = Proof("refine ⟨?_, ?_⟩", (((1,), second), ((0,), path(["have u := h", "apply k", "exact u"]))))
    assert len(await shortened(stepper, judge, declaration, proof)) < 60


async def test_what_was_hidden_in_a_have_is_shortened_and_printed_in_it(stepper: Stepper, judge: Judge) -> None:
    declaration = "theorem t (a : Nat → Nat) (h : ∀ n, 2 * a n ≤ a (n + 1)) (n : Nat) : a n ≤ a (n + 3)"
    have = f"have key : ∀ m, a m ≤ a (m + 1) := by\n  intro m\n  have i := h m\n  have j := h 0\n  {CLOSE}"
    found = await shortened(stepper, judge, declaration, path([have, "have i := key n", "have j := key (n + 1)", "have l := key (n + 2)", CLOSE]))
    assert "?_" not in found
    assert "h 0" not in found


RAW = path(["intro n", "have a := h n", "have b := h (n + 1)", "have c := h 0", CLOSE])
STATEMENT = Statement("t", "", "theorem t (f : Nat → Nat) (h : ∀ n, f n < f (n + 1)) : ∀ n, f n < f (n + 2)")


async def test_the_same_inputs_give_the_same_proof(stepper: Stepper) -> None:
    first = await minimised(stepper, STATEMENT, RAW, limits=LIMITS)
    again = await minimised(stepper, STATEMENT, RAW, limits=LIMITS)
    assert (first.proof, first.lean_steps) == (again.proof, again.lean_steps)


@pytest.mark.parametrize("steps", [0, 1, 4, 8, 16, 24, 32])
async def test_whenever_the_budget_ends_there_is_a_proof(stepper: Stepper, steps: int) -> None:
    found = await minimised(stepper, STATEMENT, RAW, limits=MinimiseLimits(seconds=60.0, lean_steps=steps))
    assert found.lean_steps <= steps
    assert length(found.proof) <= length(RAW)
    state = await stepper.start(STATEMENT)
    for tactic in lines(found.proof):
        step = await stepper.step(state, tactic)
        if isinstance(step, Closed):
            break
        assert isinstance(step, Advanced), step
        state = step.state
    else:
        pytest.fail("goals are left")


async def test_no_seconds_no_change(stepper: Stepper) -> None:
    found = await minimised(stepper, STATEMENT, RAW, limits=MinimiseLimits(seconds=0.0))
    assert (found.proof, found.lean_steps) == (RAW, 0)


async def test_what_is_no_proof_stays_as_it_is(stepper: Stepper) -> None:
    wrong = path(["intro n", "exact h n"])
    assert await minimise(stepper, STATEMENT, wrong, limits=LIMITS) == wrong
