"""The planner that needs no model: which plans it has for which goals, and that they lead somewhere."""

import pytest

from planners.checks import Accepted, Checks
from planners.layout import GOAL, Layout, lay_out
from planners.plan import Plan
from planners.planner import Known, PlanRequest, Rejected
from planners.structural import StructuralPlanner
from planners.structural.equations import Values, functions, term
from prover.lean.pool import Pool
from prover.policy.automation import AutomationPolicy
from prover.proof.attempt import Proved
from prover.proof.script import Proof, lines
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import Closed
from prover.search.best_first import Search
from prover.search.settings import Budget, SearchSettings

TABLE = "(T : Nat → Nat → Nat) (h0 : ∀ n, T n 0 = 3) (hz : ∀ k, T 0 (k + 1) = 1) (hs : ∀ n k, T (n + 1) (k + 1) = T n k + T n (k + 1)) (n : Nat)"
ZIGZAG = "(Z : Nat → Int) (h0 : Z 0 = 1) (hs : ∀ n, Z (n + 1) = 3 - 2 * n - Z n) (n : Nat)"
SUMS = "(S : Nat → Nat) (h0 : S 0 = 0) (hs : ∀ n, S (n + 1) = S n + (3 * n + 1)) (n : Nat)"
DOUBLING = "(D : Nat → Nat) (h0 : D 0 = 3) (hs : ∀ n, D (n + 1) = 2 * D n + 1) (n : Nat)"
ADDING = "def plus : Nat → Nat → Nat\n  | 0, k => k\n  | n + 1, k => plus n k + 1"
FOURS = "def four : Nat → Bool\n  | 0 => true\n  | 1 => false\n  | 2 => false\n  | 3 => false\n  | n + 4 => four n"
STUTTER = "def stutter : List Nat → List Nat\n  | [] => []\n  | x :: xs => x :: x :: stutter xs"
POWERS = "def times : Nat → Nat → Nat\n  | 0, a => a\n  | n + 1, a => times n (3 * a)\ndef three : Nat → Nat\n  | 0 => 1\n  | n + 1 => 3 * three n"


async def _root(lean: Pool, goal: str, header: str = "") -> ProofState:
    return await lean.start(Statement("t", header, f"theorem t {goal}"))


async def _plans(lean: Pool, goal: str, header: str = "") -> list[Plan]:
    return list(await StructuralPlanner().plans(PlanRequest(await _root(lean, goal, header))))


@pytest.mark.parametrize(
    ("goal", "header", "lemma"),
    [
        (f"{SUMS} : 2 * S n ≤ 3 * n * n", "", "(k : Nat) : 2 * S k + (k) = 3 * k ^ 2"),
        (f"{DOUBLING} : D n % 2 = 1", "", "(k : Nat) : D k + 1 = 4 * 2 ^ k"),
        (f"{ZIGZAG} : Z (2 * n) = 1 - 2 * n", "", "(k : Nat) : Z (2 * k) = -(2 * (k : Int)) + 1 ∧ Z (2 * k + 1) = -(2 * (k : Int)) + 2"),
        (f"{TABLE} : T n 2 ≤ n * n * n + 9", "", "(k : Nat) : T k 1 = 3 * k + 1"),
        ("(a b : Nat) : plus a b = plus b a", ADDING, "(n' k : Nat) : plus n' (k + 1) = plus n' k + 1"),
        ("(n : Nat) : four (4 * n) = true", FOURS, "(k : Nat) : four k = (k % 4 == 0)"),
        (
            "(xs : List Nat) : (stutter xs).reverse = stutter xs.reverse",
            STUTTER,
            "(xs1 ys : List Nat) : stutter (xs1 ++ ys) = stutter xs1 ++ stutter ys",
        ),
        ("(n : Nat) : times n 1 = three n", POWERS, "(n1 k : Nat) : times n1 k = k * three n1"),
        ("(a b : Rat) (ha : 0 < a) (hb : 0 < b) : 1 / (a + b) ≤ 1 / a", "", ": 0 < (a + b) * a"),
        ("(f : Nat → Nat) (h : ∀ n, f (n + 1) ≤ f n) : ∃ m, ∀ k, f m ≤ f (m + k)", "", ": ∃ m, ∀ d, f m ≤ f d"),
        ("(x : Int) (h : 0 ≤ x) (n : Nat) : 1 ≤ (1 + x) ^ n", "", ": 0 ≤ (1 + x)"),
    ],
)
async def test_it_states_lemmas_with_content(lean: Pool, goal: str, header: str, lemma: str) -> None:
    plans = await _plans(lean, goal, header)
    texts = [lemma.text for plan in plans[:5] for lemma in plan.lemmas]
    assert lemma in texts, texts


async def test_it_takes_goals_apart(lean: Pool) -> None:
    plans = await _plans(lean, "(a b : Int) (h : a = 3) : a * a % 8 = 1 ∧ (b * b % 4 = 0 ∨ b * b % 4 = 1)")
    assert plans[0].split == "constructor"
    assert any("b % 4 = 3" in plan.split for plan in plans)
    assert any("byContradiction" in plan.split for plan in plans)
    assert len(plans) <= 24
    assert len({(plan.lemmas, plan.split) for plan in plans}) == len(plans)
    assert all(plan.origin.startswith("structural: ") for plan in plans)


@pytest.mark.parametrize(
    ("goal", "header"),
    [
        (f"{TABLE} : 2 * T (n + 1) 2 = 3 * n ^ 2 + 5 * n + 4", ""),
        pytest.param("(a b : Nat) : plus a b = plus b a", ADDING, marks=pytest.mark.full),
    ],
)
async def test_a_plan_of_its_leads_to_a_proof(lean: Pool, goal: str, header: str) -> None:
    async def attempt(state: ProofState, seconds: float) -> Proof | None:
        outcome = await Search(lean, AutomationPolicy(), SearchSettings(), Budget(seconds)).close(state)
        return outcome.proof if isinstance(outcome, Proved) else None

    async def nothing(state: ProofState) -> Proof | None:
        return None

    root = await _root(lean, goal, header)
    for plan in await StructuralPlanner().plans(PlanRequest(root)):
        layout = await lay_out(lean, root, plan)
        if not isinstance(layout, Layout) or not plan.lemmas:
            continue
        accepted = await Checks(lean, attempt, nothing, seconds=10.0).check(layout)
        if isinstance(accepted, Accepted):
            found = {subgoal.name: accepted.proofs.get(subgoal.name) or await attempt(subgoal.state, 20.0) for subgoal in layout.subgoals}
            proofs = {name: proof for name, proof in found.items() if proof is not None}
            assert set(proofs) == set(found), plan
            assert isinstance(await lean.step(root, "\n".join(lines(layout.proof(proofs)))), Closed)
            return
    pytest.fail("no plan was accepted")


async def test_what_was_rejected_does_not_come_again_nor_a_lemma_that_was_false(lean: Pool) -> None:
    root = await _root(lean, f"{SUMS} : 2 * S n ≤ 3 * n * n")
    planner = StructuralPlanner()
    first, second, *_ = await planner.plans(PlanRequest(root))
    again = await planner.plans(PlanRequest(root, round=1, rejected=(Rejected(first, "stuck", ("closed",)),)))
    assert first not in again
    assert second in again
    false = first.lemmas[0]
    rejected = Rejected(Plan((false,), uses=(false.name,)), f"lemma {false.name} is false: n = 0")
    assert all(
        false.text not in [lemma.text for lemma in plan.lemmas] for plan in await planner.plans(PlanRequest(root, round=1, rejected=(rejected,)))
    )


async def test_what_is_proved_is_used_again(lean: Pool) -> None:
    root = await _root(lean, f"{SUMS} : 2 * S n ≤ 3 * n * n")
    known, similar = Known("low", "(k : Nat) : 0 ≤ S k"), Known("hs", "(a b : Nat) : a ≤ a + b")
    plans = await StructuralPlanner().plans(PlanRequest(root, round=1, known=(known,), lemmas=(similar,)))
    helped = next(plan for plan in plans if "closed form" in plan.origin and "with what is known" in plan.origin)
    assert [lemma.name for lemma in helped.lemmas] == ["low", "closed"]
    assert helped.uses == ("low", "closed")
    reused = next(plan for plan in plans if plan.origin == "structural: reuses hs")
    assert [lemma.name for lemma in reused.lemmas] == ["hs1"]
    for plan in (helped, reused):
        assert isinstance(await lay_out(lean, root, plan), Layout)


async def test_every_plan_for_a_goal_with_odd_hypotheses_is_harmless(lean: Pool) -> None:
    """Whatever the goal: an answer, and nothing that the layout does not understand."""
    for goal in (
        ": True",
        "(α : Type) (x : α) : x = x",
        "(f : (Nat → Nat) → Nat) (h : ∀ g, f g = g 0) : ∃ n, f (fun _ => n) = 7",
        "(n : Nat) : ∀ m, n ≤ n + m",
    ):
        root = await _root(lean, goal)
        for plan in await StructuralPlanner().plans(PlanRequest(root)):
            laid = await lay_out(lean, root, plan)
            assert not isinstance(laid, Layout) or all(len(subgoal.state.goals) == 1 for subgoal in laid.subgoals)
            assert GOAL not in [lemma.name for lemma in plan.lemmas]


async def test_values_follow_the_equations(lean: Pool) -> None:
    nested = (
        "(A : Nat → Nat → Nat) (h0 : ∀ n, A 0 n = n + 1) (h1 : ∀ m, A (m + 1) 0 = A m 1) (h2 : ∀ m n, A (m + 1) (n + 1) = A m (A (m + 1) n)) : True"
    )
    goal = (await _root(lean, nested, f"{ADDING}\n{FOURS}")).goals[0]
    values = Values(functions(goal, f"{ADDING}\n{FOURS}"))
    assert values.sequence(("A", 2, "k"), "k", 5) == [3, 5, 7, 9, 11]
    assert values.sequence(("plus", "k", ("*", "k", "k")), "k", 4) == [0, 2, 6, 12]
    assert values.sequence(("four", "k"), "k", 5) == [1, 0, 0, 0, 1]
    assert values.at(("A", 5, 5), {}) is None
    assert values.at(("-", 3, ("%", 7, 4)), {}) == 0
    assert term("2 * f (n + 1) ^ 2 - g 0 n") == ("-", ("*", 2, ("^", ("f", ("+", "n", 1)), 2)), ("g", 0, "n"))
    assert term("fun x => x") is None


def test_it_says_who_it_is() -> None:
    assert StructuralPlanner().identity == {"planner": "structural", "version": 1}
