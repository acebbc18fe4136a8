"""What a plan must pass before anybody searches it."""

import asyncio

import pytest

from planners.checks import Accepted, Checks
from planners.layout import GOAL, Layout, lay_out
from planners.plan import Lemma, Plan
from planners.planner import Rejected
from prover.lean.pool import Pool
from prover.policy.automation import AutomationPolicy
from prover.proof.attempt import Proved
from prover.proof.script import Proof, lines, path
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import Closed
from prover.search.best_first import Search
from prover.search.settings import Budget, SearchSettings

SEQUENCE = Statement("t", "", "theorem t (S : Nat → Nat) (h0 : S 0 = 0) (hs : ∀ n, S (n + 1) = S n + 1) (n : Nat) : S n + S (n + 1) = 2 * n + 1")
LINEAR = Lemma("a", "(k : Nat) : S k = k")


async def _laid_out(lean: Pool, plan: Plan, statement: Statement = SEQUENCE) -> Layout:
    layout = await lay_out(lean, await lean.start(statement), plan)
    assert isinstance(layout, Layout), layout
    return layout


async def _nothing(state: ProofState) -> Proof | None:
    return None


async def _no_search(state: ProofState, seconds: float) -> Proof | None:
    return None


async def _lucky(state: ProofState, seconds: float) -> Proof | None:
    return None if state.goals[0].head == "Not" else Proof("lucky")


def _searching(lean: Pool) -> Checks:
    async def attempt(state: ProofState, seconds: float) -> Proof | None:
        outcome = await Search(lean, AutomationPolicy(), SearchSettings(), Budget(seconds)).close(state)
        return outcome.proof if isinstance(outcome, Proved) else None

    return Checks(lean, attempt, _nothing, seconds=15.0)


async def test_a_plan_that_suffices_is_accepted_and_the_proof_that_shows_it_is_kept(lean: Pool) -> None:
    layout = await _laid_out(lean, Plan((LINEAR,), uses=("a",)))
    accepted = await _searching(lean).check(layout)
    assert isinstance(accepted, Accepted)
    assert set(accepted.proofs) == {GOAL}
    lemma = path(["induction k with\n| zero => ?_\n| succ k ih => ?_", "· exact h0\n· rw [hs, ih]"])
    whole = layout.proof({**accepted.proofs, "a": lemma})
    assert isinstance(await lean.step(layout.root, "\n".join(lines(whole))), Closed)


@pytest.mark.parametrize(
    ("plan", "reason"),
    [
        (Plan((Lemma("a", "(k : Nat) : S k = 2 * k"),), uses=("a",)), "lemma a is false: S as the hypotheses define it, n = 0, k = 1"),
        (Plan((Lemma("a", "(k : Nat) : S k = k"), Lemma("b", ": n = 2")), uses=("a", "b")), "lemma b is false: S as the hypotheses define it, n = 0"),
        (Plan((Lemma("a", ": S n + S (n + 1) = 2 * n + 1"),), uses=("a",)), "lemma a is the goal itself"),
    ],
)
async def test_a_rejected_plan_says_why(lean: Pool, plan: Plan, reason: str) -> None:
    rejected = await Checks(lean, _lucky, _nothing, seconds=20.0).check(await _laid_out(lean, plan))
    assert isinstance(rejected, Rejected)
    assert rejected.plan == plan
    assert reason in rejected.reason


async def test_a_goal_that_is_not_seen_to_follow_is_rejected(lean: Pool) -> None:
    rejected = await Checks(lean, _no_search, _nothing).check(await _laid_out(lean, Plan((Lemma("a", "(k : Nat) : k ≤ k * k"),), uses=("a",))))
    assert isinstance(rejected, Rejected)
    assert "the goal does not follow from a within 3 s" in rejected.reason


async def test_a_case_that_is_false_is_named_with_its_proposition(lean: Pool) -> None:
    statement = Statement("t", "", "theorem t (n : Nat) (h : 0 < n) : n = 1 ∨ 1 < n")
    rejected = await Checks(lean, _no_search, _nothing, seconds=20.0).check(await _laid_out(lean, Plan(split="left"), statement))
    assert isinstance(rejected, Rejected)
    assert "⊢ n = 1, is false: n = 2" in rejected.reason


async def test_a_goal_further_up_is_no_subgoal(lean: Pool) -> None:
    outer = await _laid_out(lean, Plan((LINEAR,), uses=("a",)))
    inner = await lay_out(lean, outer.lemmas[0].state, Plan(split="show S k = k"))
    assert isinstance(inner, Layout)
    rejected = await Checks(lean, _no_search, _nothing).check(inner)
    assert isinstance(rejected, Rejected)
    assert "the goal itself" in rejected.reason
    ancestors = frozenset({outer.lemmas[0].state.key})
    rejected = await Checks(lean, _no_search, _nothing, ancestors).check(outer)
    assert isinstance(rejected, Rejected)
    assert "in a circle" in rejected.reason


async def test_what_is_known_is_proved_and_not_checked(lean: Pool) -> None:
    layout = await _laid_out(lean, Plan((Lemma("a", ": S n = n"),), uses=("a",)))
    proofs = {subgoal.state.key: path([f"exact {subgoal.name}"]) for subgoal in layout.subgoals}

    async def known(state: ProofState) -> Proof | None:
        return proofs[state.key]

    accepted = await Checks(lean, _no_search, known).check(layout)
    assert isinstance(accepted, Accepted)
    assert accepted.proofs == {"a": path(["exact a"]), GOAL: path([f"exact {GOAL}"])}


async def test_a_fault_is_no_rejection(lean: Pool) -> None:
    class BrokenError(Exception):
        pass

    async def broken(state: ProofState, seconds: float) -> Proof | None:
        raise BrokenError

    with pytest.raises(BrokenError):
        await Checks(lean, broken, _nothing).check(await _laid_out(lean, Plan((Lemma("a", ": 0 ≤ n"),), uses=("a",))))


async def test_a_false_lemma_ends_the_search_for_sufficiency(lean: Pool) -> None:
    under_way = 0

    async def endless(state: ProofState, seconds: float) -> Proof | None:
        nonlocal under_way
        under_way += 1
        try:
            await asyncio.sleep(3_600)
        finally:
            under_way -= 1
        return None

    layout = await _laid_out(lean, Plan((Lemma("a", ": n < 3"),), uses=("a",)))
    assert isinstance(await Checks(lean, endless, _nothing, seconds=20.0).check(layout), Rejected)
    assert under_way == 0
