"""What is read from answers is what Lean takes for a `have`, however it was laid out; and what Lean says about it comes back to the model."""

import pytest

from planners.chat import answer
from planners.layout import Flawed, Layout, lay_out
from planners.planner import PlanRequest, Rejected
from prover.lean.pool import Pool
from prover.proof.statement import Statement
from prover.proof.step import Advanced
from tests.planners.chat_server import Says
from tests.planners.test_chat_planner import Opened, plan_text

T = Statement("t", "structure P where\n  x : Nat\n  y : Nat\n", "theorem t (n : Nat) (h₀ : 0 < n) (f : (x : Nat) → Nat) : 0 < n * n")

ANSWERS = [
    "have h : 0 < n := by sorry",
    "have h (k : Nat) (hk : 0 < k) :\n    0 < k * k := by\n  exact Nat.mul_pos hk hk",
    "have h : f (x := 3) = f 3 := rfl",
    "have h : let y := n + 1; let z := y; z = n + 1 := by intro y z; rfl",
    "have h :\n          let y := n + 1\n          y = n + 1 := by\n  simp",
    "have h : ({ x := 1, y := 2 } : P).x = 1 ∧ (⟨1, 2⟩ : P).y = 2 := by simp",
    "have h : ∀ k,\n      k < n →\n        k ≤ -- a comment: := (\n          n := by omega",
    "have h : \"a := b -- c\".length = 11 ∧ '\"' ≠ 'a' := by decide",
    "have h : match n with\n    | 0 => True\n    | k + 1 => 0 < k + 1 := by\n  sorry",
    "have h : if n = 0 then False\n    else 0 < n /- so -/ := by simp",
    "have h : [1, 2][1]'(by decide) = 2 := rfl",
    "have h : (fun x : Nat =>\n  let y := x\n  y + 1) n = n + 1 := rfl",
]


@pytest.mark.parametrize("said", ANSWERS)
async def test_a_lemma_as_it_was_read_is_one_more_hypothesis(lean: Pool, said: str) -> None:
    state = await lean.start(T)
    [lemma] = answer.read(f"```lean\n{said}\n```", PlanRequest(state), "llm").lemmas
    result = await lean.step(state, f"have {lemma.name} {lemma.text} := ?_")
    assert isinstance(result, Advanced), result
    assert [goal.hypotheses[-1].name for goal in result.state.goals if goal.target == "0 < n * n"] == ["h"]


async def test_what_lean_says_about_a_plan_comes_back_to_the_model(lean: Pool) -> None:
    state = await lean.start(T)
    async with Opened(Says((plan_text("n ≤ m"),)), Says((plan_text("n ≤ n * n"),))) as (planner, server):
        [bad] = await planner.plans(PlanRequest(state))
        flaw = await lay_out(lean, state, bad)
        assert isinstance(flaw, Flawed)
        [good] = await planner.plans(PlanRequest(state, 1, rejected=(Rejected(bad, flaw.reason),)))
        assert isinstance(await lay_out(lean, state, good), Layout)
        assert "Given up because: lemma h: " in server.prompt(1)
        assert "`m`" in server.prompt(1)
