"""Goals read from their text: names, types and targets exactly; kinds and heads as far as a text tells them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.lean.dojo.goal_text import goals_of


def only(text: str) -> dict[str, Any]:
    (goal,) = goals_of(text)
    return goal


def test_a_goal_is_its_lines() -> None:
    text = "case inl.intro\np q : Prop\nx y✝ : ℕ\nn : ℕ := 2 * x\ninst✝ : Fintype α\nh : x = y✝ ∧\n    n < 3\n⊢ ∃ z,\n    z < x"
    goal = only(text)
    assert (goal["pp"], goal["case"], goal["target"], goal["head"]) == (text, "inl.intro", "∃ z,\n    z < x", "Exists")
    assert [(h["name"], h["type"], h["kind"], h["head"], h.get("value")) for h in goal["hypotheses"]] == [
        ("p", "Prop", "data", "Sort", None),
        ("q", "Prop", "data", "Sort", None),
        ("x", "ℕ", "data", "Nat", None),
        ("y✝", "ℕ", "data", "Nat", None),
        ("n", "ℕ", "data", "Nat", "2 * x"),
        ("inst✝", "Fintype α", "instance", "Fintype", None),
        ("h", "x = y✝ ∧\n    n < 3", "prop", "And", None),
    ]


@pytest.mark.parametrize(
    ("type_", "kind", "head", "carrier"),
    [
        ("p → q ∧ r", "prop", "→", ""),
        ("x = y", "prop", "Eq", "ℝ"),
        ("3 ≤ x", "prop", "LE.le", "ℝ"),
        ("(x = y) ↔ p", "prop", "Iff", ""),
        ("∀ (z : ℕ), z < 3 → p", "prop", "∀", ""),
        ("p ∧ ∀ z, z = 2 → p", "prop", "And", ""),
        ("‖x‖ ≤ |y|", "prop", "LE.le", ""),
        ("x < ⌊y⌋ + (if x = y then 1 else 2)", "prop", "LT.lt", "ℝ"),
        ("¬x = y", "prop", "Not", ""),
        ("¬p ∧ q", "prop", "And", ""),
        ("∑ i ∈ Finset.range 3, f i = 2", "prop", "Eq", ""),
        ("p", "prop", "fvar", ""),
        ("even 2", "prop", "fvar", ""),
        ("Nat.Prime 3", "prop", "Nat.Prime", ""),
        ("ℝ → ℝ", "data", "→", ""),
        ("ℕ → Prop", "data", "→", ""),
        ("Finset ℕ", "data", "Finset", ""),
        ("ℕ × ℕ", "data", "Prod", ""),
        ("Type u_1", "data", "Sort", ""),
        ("α", "data", "fvar", ""),
        ("↑s", "data", "other", ""),
        ("let k := 2; k = x", "prop", "let", ""),
    ],
)
def test_what_the_outermost_symbol_tells(type_: str, kind: str, head: str, carrier: str) -> None:
    context = "x y : ℝ\np q r : Prop\neven : ℕ → Prop\nα : Type u_1\nf : ℕ → ℕ\n"
    found = only(f"{context}h : {type_}\n⊢ False")["hypotheses"][-1]
    assert (found["type"], found["kind"], found["head"], found["carrier"]) == (type_, kind, head, carrier)
    assert "value" not in found


def test_goals_are_separated_by_blank_lines_after_targets() -> None:
    texts = ["case a\nh : p\n⊢ p", 'x : String := "a\n\nb"\n⊢ q', "| 1 + 1"]
    assert [goal["pp"] for goal in goals_of("\n\n".join(texts))] == texts


@given(st.text(alphabet="⊢|:=→∀∃∑,()\n xpℕ✝«»", max_size=60))
def test_no_text_is_too_strange_and_none_is_lost(text: str) -> None:
    assert "\n\n".join(str(goal["pp"]) for goal in goals_of(text)) == text
