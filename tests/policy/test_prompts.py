"""Every prompt format on states that Lean really printed, against golden texts: `prompts/FORMAT/STATE.txt`.

A change there is a change of what models are trained on. `UPDATE_PROMPTS=1 pytest tests/policy/test_prompts.py` writes them anew.
"""

import os
from pathlib import Path

import pytest

from prover.policy.prompts import PROMPTS, definitions, through_template
from tests.policy.states import plain, recorded

GOLDEN = Path(__file__).parent / "prompts"
HEADER = "import Init.Data.List.Basic\nopen Nat\n\ndef insertIn (x : Nat) : List Nat → List Nat\n  | [] => [x]\n  | y :: ys => x :: y :: ys\n"
STATES = {
    "one_goal": recorded("sum_of_two_geometric"),
    "two_cases": recorded("fib_below_powers_of_two"),
    "own_definition": recorded("insertion_keeps_sum", header=HEADER),
}


@pytest.mark.parametrize("state", sorted(STATES))
@pytest.mark.parametrize("prompt", sorted(PROMPTS))
def test_a_format_renders_a_state_as_it_always_did(prompt: str, state: str) -> None:
    file = GOLDEN / prompt / f"{state}.txt"
    rendered = PROMPTS[prompt].render(STATES[state])
    if os.environ.get("UPDATE_PROMPTS"):
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(rendered, encoding="utf-8")
    assert rendered == file.read_text(encoding="utf-8")


def test_under_a_plan_bfs_prover_sees_the_first_goal_without_its_case_and_without_what_the_planner_left() -> None:
    state = plain("case inl\nx : ℕ\nthis : True\nthis✝ : True\nh : this = x\n⊢ x = 1\n\ncase inr\n⊢ False")
    assert PROMPTS["bfs-prover-goal"].render(state) == "x : ℕ\nh : this = x\n⊢ x = 1:::"


@pytest.mark.parametrize("prompt", ["bfs-prover", "bfs-prover-goal", "stepwise"])
def test_a_completion_is_the_tactic(prompt: str) -> None:
    assert PROMPTS[prompt].read(" cases h with\n  | inl a => simp\n") == "cases h with\n  | inl a => simp"


def test_reprover_marks_of_premises_are_no_part_of_the_tactic() -> None:
    assert PROMPTS["reprover"].read("rw [<a>Nat.add_comm</a>, h]\n") == "rw [Nat.add_comm, h]"


@pytest.mark.parametrize(
    ("said", "tactic"),
    [
        ("```lean\nomega\n```", "omega"),
        ("First this:\n```lean4\n  constructor\n  · simp\n```\nor\n```lean\nrfl\n```", "constructor\n· simp"),
        ("<think>\n```lean\nsorry\n```\n</think>\n```tactic\nnorm_num\n```", "norm_num"),
        ("```\nsimp\n", "simp"),
        (" exact h ", "exact h"),
        ("```lean\n```", ""),
    ],
)
def test_a_chat_answers_with_its_first_block_of_lean_or_with_plain_text(said: str, tactic: str) -> None:
    assert PROMPTS["chat"].read(said) == tactic


def test_a_chat_format_goes_through_the_models_own_template() -> None:
    prompt = through_template(PROMPTS["chat"], lambda message: f"<user>{message}</user><assistant>")
    rendered = prompt.render(plain("⊢ True"))
    assert rendered.startswith("<user>You are")
    assert rendered.endswith("</user><assistant>")
    assert not prompt.chat


def test_a_headers_own_definitions_are_given_and_what_every_file_has_is_not() -> None:
    assert definitions("import Mathlib\n\nopen Real\nset_option autoImplicit true\ndef f := 1\n  -- indented\n") == "def f := 1\n  -- indented"
    assert "[GIVEN]" not in PROMPTS["stepwise"].render(plain("⊢ True", header="import Mathlib\nopen Nat Real"))
