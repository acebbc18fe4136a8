"""The built-in policy, on goals that Lean really printed (`goals.json`) and on any text at all. No Lean is needed."""

import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prover.policy.automation import AutomationPolicy
from prover.policy.automation.policy import ranked
from prover.proof.proposal import Answer, Proposal, Question
from prover.proof.state import Goal, Hypothesis, ProofState
from tests.policy.states import RECORDED, recorded, state


def tactics(of: ProofState) -> list[str]:
    return [proposal.tactic for proposal in ranked(of)]


def simple(target: str, head: str, *hypotheses: Hypothesis, carrier: str = "") -> ProofState:
    return state(Goal("", hypotheses, target, head, carrier, f"⊢ {target}"))


@pytest.mark.parametrize("name", sorted(RECORDED))
def test_every_recorded_goal_gets_distinct_proposals_whose_probabilities_sum_to_one(name: str) -> None:
    proposals = ranked(recorded(name))
    assert len({p.tactic for p in proposals}) == len(proposals) > 3
    assert math.isclose(sum(math.exp(p.logprob) for p in proposals), 1.0)
    assert [p.logprob for p in proposals] == sorted((p.logprob for p in proposals), reverse=True)


def test_a_universal_goal_is_introduced_under_its_own_names() -> None:
    assert tactics(simple("∀ (a b : ℕ), a ≤ b → a = b", "∀"))[0] == "intro a b h"


def test_a_name_in_use_is_not_used_again() -> None:
    a = Hypothesis("a", "ℕ", "data", "Nat", "")
    h = Hypothesis("h", "a = 1", "prop", "Eq", "ℕ")
    assert tactics(simple("∀ (a : ℕ), a = 0 → False", "∀", a, h))[0] == "intro a1 h1"


def test_inaccessible_names_are_not_written() -> None:
    hidden = Hypothesis("n✝", "ℕ", "data", "Nat", "")
    fact = Hypothesis("h✝", "n✝ = 1", "prop", "Eq", "ℕ")
    assert not any("✝" in tactic for tactic in tactics(simple("True", "True", hidden, fact)))


def test_conjunctions_and_existentials_among_the_hypotheses_are_opened_before_anything_is_guessed() -> None:
    both = Hypothesis("h", "p ∧ q", "prop", "And", "")
    some = Hypothesis("e", "∃ n, n = 3", "prop", "Exists", "")
    first = tactics(simple("r", "", both, some))[:5]
    assert "obtain ⟨n, hn⟩ := e" in first
    assert "obtain ⟨hl, hr⟩ := h" in first


@pytest.mark.parametrize("tactic", ["nlinarith", "linarith", "norm_num", "positivity", "ring"])
def test_mathlib_tactics_are_proposed_only_where_the_header_imports_mathlib(tactic: str) -> None:
    assert tactic not in tactics(recorded("amc12a_2015_p10"))
    assert tactic in tactics(recorded("amc12a_2015_p10", header="import Mathlib\n"))


async def test_asked_again_it_goes_on_where_it_stopped_and_ends() -> None:
    policy, root = AutomationPolicy(), recorded("weighty_list_has_heavy_member")
    collected: list[Proposal] = []
    for asked in range(1000):
        [answer] = await policy.propose([Question(root, 8, asked, seed=asked)])
        if not answer.proposals:
            break
        assert len(answer.proposals) <= 8
        collected += answer.proposals
    assert collected == ranked(root)
    nothing, first = await policy.propose([Question(root, 3, 1000), Question(root, 3, 0)])
    assert nothing.proposals == ()
    assert first.proposals == tuple(collected[:3])


async def test_at_a_temperature_it_draws_and_a_seed_draws_the_same() -> None:
    policy, root = AutomationPolicy(), recorded("weighty_list_has_heavy_member")
    once, again, other = await policy.propose([Question(root, 200, temperature=1.3, seed=seed) for seed in (1, 1, 2)])
    assert once == again != other
    [cold] = await policy.propose([Question(root, 200, temperature=0.01)])
    assert {proposal.logprob for proposal in cold.proposals} == {ranked(root)[0].logprob}
    assert len(set(once.proposals)) > len(set(cold.proposals))


async def test_a_finished_state_gets_no_proposals() -> None:
    assert await AutomationPolicy().propose([Question(state(), 8)]) == [Answer(())]


@pytest.mark.parametrize(
    ("name", "part"),
    [
        ("imo_1964_p1_1", "k % 3 = 1 ∧ 2 ^ k % 7 = 2"),  # the cycle of the powers of two modulo seven
        ("three_cubes_miss_four_mod_nine", "a ^ 3 % 9 = 0 ∨ a ^ 3 % 9 = 1 ∨ a ^ 3 % 9 = 8"),  # cubes modulo nine
        ("mathd_algebra_69", "450 / rows = seats"),  # a product that is known leaves one unknown
        ("amc12a_2015_p10", "x < 81"),  # a bound before an enumeration
        ("sum_of_two_geometric", "n = 0 ∨ n = 1 ∨ n = n - 2 + 2"),  # a recurrence of order two has two base cases
        ("coprime_linear_forms", "= 1 by omega"),  # 3 (5n + 3) - 5 (3n + 2)
        ("equal_cubes_have_equal_roots", "(x - y) * ("),  # x³ - y³ has the factor x - y
        ("saturating_fraction_monotone", "suffices hn : 0 ≤"),  # denominators cleared
        ("arithmetic_progression_symmetry", "a k = a 0 + k * d"),  # the closed form of a constant step
        ("same_recurrence_same_function", "funext"),
        ("bezout_for_seven_and_eleven", "exact ⟨-3, 2, by decide⟩"),
        ("downward_propagation", "| step"),  # induction on m ≤ n
        ("mathd_numbertheory_198", "decide +kernel"),
        ("three_is_not_a_ratio_of_squares", "hdesc : ∀ k a b : Nat, a + b ≤ k"),  # descent: both are multiples of three
        ("fixed_points_from_universal_map", "(fun x => (g (φ x x)))"),  # Lawvere's diagonal
        ("injection_has_retraction", "Classical.axiomOfChoice hch"),
        ("monotone_operator_has_fixed_point", "∀ B : α → Prop, (∀ y, F B y → B y) → B x"),  # Knaster and Tarski
        ("digit_sum_mod_nine", "= (a + (ds.sum)) % 9"),  # the fold from any start
        ("running_maximum_dominates", "a ≤ ys.foldl max a"),  # a maximum never falls below its start
        ("pascal_diagonal", "i < j → C i j = 0"),
        ("nested_double_recursion_level_two", "A 1 i = i + 2"),  # one level down
        ("reachable_from_every_start", "Int.eq_nat_or_neg n"),
        ("schur_degree_one", "Int.mul_nonneg (show 0 ≤ c by omega)"),
        ("legs_of_right_triangle_not_both_odd", "∀ x y z : Fin 4"),
        ("composite_has_small_divisor", "rcases Nat.le_total a b"),
        ("mutual_divisors_are_equal", "exact Nat.dvd_antisymm h1 h2"),
        ("arithmetic_progression_symmetry", "congrArg (fun t : Nat => (t : Int) * d) hs"),  # the indices' equation, times the step
    ],
)
def test_the_idea_that_the_goal_calls_for_is_among_the_first_forty(name: str, part: str) -> None:
    assert any(part in tactic for tactic in tactics(recorded(name))[:40])


def test_a_definition_of_the_header_brings_its_own_induction() -> None:
    header = "def weave : List Nat → List Nat → List Nat\n  | [], ys => ys\n  | x :: xs, ys => x :: weave ys xs"
    assert any(tactic.startswith("fun_induction weave xs ys") for tactic in tactics(recorded("interleave_length", header=header)))


def test_a_function_is_asked_for_and_the_diagonal_is_offered() -> None:
    declaration = "theorem t (f : Nat → Nat → Nat) : ∃ g : Nat → Nat, ∀ n, g ≠ f n"
    assert any("fun x => ((f x x) + 1)" in tactic for tactic in tactics(recorded("diagonal_escapes_enumeration", declaration=declaration)))


PIECES = [*"xyzabfnαβ ()[]⟨⟩{}∀∃∧∨→↔¬=≠≤<≥>+-*/^%∣↑,:.|0123456789✝'_λ⁻¹\\", " : ", " ^ ", ".gcd ", "List ", " = ", " - ", " + 1)", "∃ x, ", "x * y"]
TERMS = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)
HEADS = st.sampled_from(["Eq", "Ne", "And", "Or", "∀", "→", "Exists", "Not", "False", "LE.le", "LT.lt", "Dvd.dvd", "Iff", ""])
TYPES = st.sampled_from(["ℕ", "ℤ", "ℚ", "Nat", "Int", "Rat", "List Nat", "Bool", "Prop", "α", "Nat → Nat", "Bool → Bool", "(α → Prop) → α → Prop"])
NAMES = st.sampled_from(["x", "y", "n", "h", "h✝", "x✝", "f", "xs", "ih"])
DATA = st.builds(Hypothesis, NAMES, TYPES | TERMS, st.just("data"), HEADS, st.just(""))
FACTS = st.builds(Hypothesis, NAMES, TERMS, st.just("prop"), HEADS, TYPES)
GOALS = st.builds(Goal, st.just(""), st.lists(DATA | FACTS, max_size=6).map(tuple), TERMS, HEADS, TYPES, TERMS)


TREES = "inductive T where\n  | leaf : T\n  | node : T → T → T\n\ndef f (x : T) : List Nat → List Nat\n  | [] => []\n  | y :: ys => f x ys"


@given(GOALS, st.sampled_from(["", "import Mathlib", "def f : Nat → Nat := id", TREES]), TERMS)
@settings(max_examples=400, deadline=None)
def test_no_goal_whatever_makes_it_raise_or_propose_an_empty_or_doubled_tactic(any_goal: Goal, header: str, declaration: str) -> None:
    proposals = ranked(state(any_goal, header=header, declaration=declaration))
    assert all(p.tactic.strip() and math.isfinite(p.logprob) for p in proposals)
    assert len({p.tactic for p in proposals}) == len(proposals)
