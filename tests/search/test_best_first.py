"""The loop, on real Lean with policies that propose on cue."""

from collections.abc import Sequence

import pytest

from prover.lean.stepper import SourceError, Stepper
from prover.policy.automation import AutomationPolicy
from prover.proof.attempt import Exhausted, OutOfBudget, Proved, Telemetry
from prover.proof.proposal import Answer, Proposal, Question
from prover.proof.statement import Statement
from prover.search.best_first import Budget, Search, SearchSettings
from prover.search.graph import Node

CONJUNCTION = Statement("t", "", "theorem t (p q : Prop) (hp : p) (hq : q) : p ∧ q")


class Scripted:
    """Proposes the same tactics in every state, and remembers what it was asked."""

    def __init__(self, *tactics: str) -> None:
        self.proposals = [Proposal(tactic, -1.0) for tactic in tactics]
        self.asked: list[str] = []

    async def propose(self, questions: Sequence[Question]) -> list[Answer]:
        self.asked.extend(question.state.pp for question in questions)
        return [Answer(tuple(self.proposals[q.samples * q.asked : q.samples * (q.asked + 1)])) for q in questions]


async def test_it_finds_a_proof_in_several_steps(stepper: Stepper) -> None:
    policy = Scripted("constructor", "exact hp", "exact hq")
    attempt = await Search(stepper, policy, SearchSettings(), Budget()).run(CONJUNCTION)
    assert isinstance(attempt, Proved)
    assert attempt.tactics == ("constructor", "exact hp", "exact hq")


async def test_equal_states_are_expanded_once(stepper: Stepper) -> None:
    statement = Statement("t", "", "theorem t (p q r : Prop) (hp : p) (hq : q) : (p ∧ q) ∧ r")
    policy = Scripted("constructor", "apply And.intro", "exact hp", "exact hq")
    search = Search(stepper, policy, SearchSettings(samples=16), Budget())
    attempt = await search.run(statement)
    assert isinstance(attempt, Exhausted)
    assert search.telemetry.merged > 0
    counts = [policy.asked.count(pp) for pp in set(policy.asked)]
    assert max(counts) <= 2, "once for the proposals, once more to hear that there are no others"


@pytest.mark.parametrize(
    ("budget", "limit"), [(Budget(expansions=3), "expansions"), (Budget(lean_steps=5), "lean_steps"), (Budget(seconds=0.001), "seconds")]
)
async def test_every_limit_ends_the_search_and_is_named(stepper: Stepper, budget: Budget, limit: str) -> None:
    statement = Statement("t", "", "theorem t (a b c : Nat) : a + b = c")
    attempt = await Search(stepper, AutomationPolicy(), SearchSettings(), budget).run(statement)
    assert isinstance(attempt, OutOfBudget)
    assert attempt.limit == limit


async def test_the_same_seed_expands_the_same_states(stepper: Stepper) -> None:
    statement = Statement("t", "", "theorem t (a b : Nat) (f : Nat → Nat) (h : f a = b) : ∃ x, f x = b ∧ x = a ∧ a = a")
    orders = []
    for _ in range(2):
        seen: list[str] = []

        def remember(node: Node, telemetry: Telemetry, seen: list[str] = seen) -> None:
            seen.append(node.state.key)

        await Search(stepper, AutomationPolicy(), SearchSettings(), Budget(expansions=12), watch=remember).run(statement)
        orders.append(seen)
    assert orders[0] == orders[1]


async def test_a_proof_that_is_not_confirmed_sends_the_search_on(stepper: Stepper) -> None:
    offered: list[tuple[str, ...]] = []

    async def second_only(tactics: tuple[str, ...], heartbeats: int) -> bool:
        offered.append(tactics)
        return len(offered) == 2

    policy = Scripted("simp_all", "exact ⟨hp, hq⟩")
    attempt = await Search(stepper, policy, SearchSettings(), Budget(), confirm=second_only).run(CONJUNCTION)
    assert isinstance(attempt, Proved)
    assert offered == [("simp_all",), ("exact ⟨hp, hq⟩",)]


async def test_a_statement_that_does_not_elaborate_is_said_to_be_so(stepper: Stepper) -> None:
    with pytest.raises(SourceError, match="nonsense"):
        await Search(stepper, AutomationPolicy(), SearchSettings(), Budget()).run(Statement("t", "", "theorem t : nonsense"))
