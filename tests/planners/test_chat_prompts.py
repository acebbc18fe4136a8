"""What the model is asked, against golden texts: `prompts/CASE.md`.

A change there is a new version of the prompts, and another planner. `UPDATE_PROMPTS=1 pytest tests/planners/test_chat_prompts.py` writes them anew.
"""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from planners.chat import answer
from planners.chat.prompts import LONGEST, Prompts, as_answer, shortened
from planners.plan import Lemma, Plan
from planners.planner import Known, PlanRequest, Rejected
from prover.proof.state import Goal, ProofState
from prover.proof.statement import Statement

GOLDEN = Path(__file__).parent / "prompts"
PROMPTS = Prompts("4.28.0")


def state(pp: str, header: str = "", declaration: str = "theorem t : True") -> ProofState:
    return ProofState(Statement("t", header, declaration), (), (Goal("", (), pp.rpartition("⊢ ")[2], "", "", pp),), "key", ((0,),))


CORE = state(
    "n : Nat\nh : 0 < n\n⊢ double n ≤ n * n + 1",
    "import Init.Data.List.Basic\n\ndef double (n : Nat) : Nat := n + n\n",
    "theorem double_le (n : Nat) (h : 0 < n) : double n ≤ n * n + 1",
)
MATHLIB = state("x y : ℝ\n⊢ x * y ≤ (x ^ 2 + y ^ 2) / 2", "import Mathlib\nopen Real\n", "theorem amgm (x y : ℝ) : x * y ≤ (x ^ 2 + y ^ 2) / 2")
FALSE = Plan((Lemma("h_sq", "(k : Nat) : k * k < k"), Lemma("h_two", ": double n = 2 * n")), uses=("h_sq", "h_two"), origin="llm: 1 of 2")
STUCK = Plan((Lemma("h_two", ": double n = 2 * n"), Lemma("h_le", ": 2 * n ≤ n * n + 1", ("h_two",))), "constructor", ("h_le",))

CASES = {
    "first": (PlanRequest(CORE), ()),
    "mathlib": (PlanRequest(MATHLIB, lemmas=(Known("sq_nonneg'", "(a : ℝ) : 0 ≤ a ^ 2"),)), ()),
    "again": (
        PlanRequest(
            CORE,
            round=2,
            known=(Known("h_two", ": double n = 2 * n"), Known("h_one", "(k : Nat) : k ≤ k * k")),
            rejected=(Rejected(FALSE, "lemma h_sq is false: k = 0"), Rejected(STUCK, "h_le was searched for 20 s\nand not proved", ("h_le",))),
        ),
        ("the answer is no JSON: Expecting value: line 1 column 1 (char 0)",),
    ),
}


@pytest.mark.parametrize("case", sorted(CASES))
def test_a_question_is_what_it_always_was(case: str) -> None:
    request, unread = CASES[case]
    rendered = "".join(f"# {message['role']}\n\n{message['content']}\n\n" for message in PROMPTS.messages(request, unread))
    file = GOLDEN / f"{case}.md"
    if os.environ.get("UPDATE_PROMPTS"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(rendered, encoding="utf-8")
    assert rendered == file.read_text(encoding="utf-8")


@pytest.mark.parametrize("plan", [FALSE, STUCK, Plan((), "constructor")])
def test_a_plan_is_shown_in_the_form_in_which_it_is_answered(plan: Plan) -> None:
    assert answer.read(as_answer(plan), PlanRequest(CORE), plan.origin) == plan


TEXT = st.builds(lambda text, times: text * times, st.text(max_size=20), st.sampled_from([1, 10, 1_000, 10_000]))
LEMMAS = st.builds(Lemma, TEXT, TEXT, st.lists(TEXT, max_size=2).map(tuple))
PLANS = st.builds(Plan, st.lists(LEMMAS, max_size=3).map(tuple), TEXT, st.lists(TEXT, max_size=2).map(tuple))
REQUESTS = st.builds(
    PlanRequest,
    st.builds(state, TEXT, TEXT, TEXT),
    st.integers(0, 3),
    st.lists(st.builds(Known, TEXT, TEXT), max_size=30).map(tuple),
    st.lists(st.builds(Rejected, PLANS, TEXT, st.lists(TEXT, max_size=3).map(tuple)), max_size=5).map(tuple),
    st.lists(st.builds(Known, TEXT, TEXT), max_size=30).map(tuple),
)


@settings(max_examples=40)
@given(REQUESTS, st.lists(TEXT, max_size=5))
def test_a_question_never_outgrows_its_limit(request: PlanRequest, unread: list[str]) -> None:
    assert sum(len(message["content"]) for message in PROMPTS.messages(request, unread)) <= LONGEST


def test_the_latest_is_kept_and_what_is_left_out_is_said() -> None:
    plans = [Plan((Lemma(f"h{number}", f": n = {number}"),), uses=(f"h{number}",)) for number in range(200)]
    rejected = tuple(Rejected(plan, f"false {number}" + " and wrong" * 200) for number, plan in enumerate(plans))
    known = tuple(Known(f"k{number}", f": n ≠ {number}") for number in range(1_000))
    asked = PROMPTS.messages(PlanRequest(CORE, 1, known, rejected))[1]["content"]
    assert "false 199" in asked
    assert "false 0 " not in asked
    assert "have k999 : n ≠ 999" in asked
    assert "have k0 " not in asked
    assert asked.count("earlier left out)") == 2
    assert "characters left out)" in asked


def test_a_long_text_keeps_its_ends() -> None:
    text = "a" * 500 + "b" * 500
    assert len(shortened(text, 100)) <= 100
    assert shortened(text, 100).startswith("a" * 30)
    assert shortened(text, 100).endswith("b" * 30)
    assert shortened(text, 1000) == text


def test_the_hash_is_of_the_wording() -> None:
    assert PROMPTS.hash == Prompts().hash
    assert len(PROMPTS.hash) == 16
