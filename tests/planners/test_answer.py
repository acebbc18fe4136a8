"""What is read from an answer, what is not, and that what is read is what was written."""

import contextlib
import json
import re
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planners.chat import answer
from planners.chat.answer import Malformed
from planners.chat.lean_text import Unreadable, proposition
from planners.chat.prompts import as_answer
from planners.plan import Lemma, Plan
from planners.planner import Known, PlanRequest
from prover.proof.state import Goal, Hypothesis, ProofState
from prover.proof.statement import Statement

STATE = ProofState(
    Statement("t", "", "theorem t (n : Nat) (h₀ : 0 < n) : 0 < n * n"),
    (),
    (
        Goal(
            "",
            (Hypothesis("n", "Nat", "data", "Nat", ""), Hypothesis("h₀", "0 < n", "prop", "LT.lt", "Nat")),
            "0 < n * n",
            "LT.lt",
            "Nat",
            "n : Nat\nh₀ : 0 < n\n⊢ 0 < n * n",
        ),
    ),
    "key",
    ((0,),),
)
REQUEST = PlanRequest(STATE, known=(Known("h_known", ": 1 ≤ n"),), lemmas=(Known("square_pos", "(k : Nat) : 0 < k → 0 < k * k"),))


def read(text: str) -> Plan:
    return answer.read(text, REQUEST, "llm: 1 of 1")


def refused(text: str) -> str:
    with pytest.raises(Malformed) as caught:
        read(text)
    assert len(str(caught.value)) < 400
    return str(caught.value)


def as_json(*lemmas: dict[str, Any], **rest: Any) -> str:
    return json.dumps({"lemmas": lemmas, **rest}, ensure_ascii=False)


def text_of(statement: str) -> str:
    [lemma] = read(as_json({"name": "h", "statement": statement})).lemmas
    return lemma.text


def lean(steps: str, before: str = "Here is my plan. We have x.\n") -> str:
    return f"{before}```lean\n{steps}\n```\n"


STATEMENTS = [
    "0 < n",
    "∀ k : ℕ, k ≤ k * k",
    "(n : ℝ) = 3",
    "(fun x : ℕ => x + 1) = Nat.succ",
    "f (x := 3) = g (a := 1) (b := 2)",
    "let y := n + 1; y = n + 1",
    "∀ x, let y := x; let z := y; z = x",
    "∀ k : Nat, have e := k; haveI := h₀; e = k",
    "({ x := 1, y := 2 } : Point) = p",
    "∃ x ∈ Set.Icc (0 : ℝ) 1, |x - 2| ≤ ‖x‖",
    'String.length "a := b -- c" = 11',
    "'\"' ≠ 'a' ∧ f'' x = f' (g'' x)",
    "f '' s ⊆ g ⁻¹' t",
    "«a := b» = «by» 2",
    "⌊x⌋₊ = 3 ∧ ⟨1, 2⟩ = p ∧ ⟦a⟧ = b ∧ ‹0 < n› = h₀",
    "a[i]'(by omega) = 2",
    "if h : n = 0 then True else 0 < n",
    "x ≠ y ∧ s \\ t = ∅ ∧ #{x ∈ s | 0 < x} = 2",
    "open Nat in (n)! = 6",
    "match n with | 0 => True | k + 1 => k = k",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_statement_survives_with_everything_that_lean_can_write(statement: str) -> None:
    assert text_of(statement) == f": {statement}"
    [step] = read(lean(f"have h : {statement}")).lemmas
    assert step.text == f": {statement}"


@pytest.mark.parametrize(
    "proof", [":= by sorry", ":= sorry", ":= by", ":=\n  by\n    nlinarith [sq_nonneg (a - b)", ":= by\n  have k : 1 = 1 := rfl\n  simp"]
)
@pytest.mark.parametrize("statement", STATEMENTS)
def test_a_proof_behind_a_statement_is_cut_off(statement: str, proof: str) -> None:
    assert text_of(f"{statement} {proof}") == f": {statement}"
    if "[sq" not in proof:
        [step] = read(lean(f"have h : {statement} {proof}")).lemmas
        assert step.text == f": {statement}"


@pytest.mark.parametrize(
    ("statement", "text"),
    [
        (": 0 < n", ": 0 < n"),
        ("(k : Nat) : k ≤ k * k", "(k : Nat) : k ≤ k * k"),
        ("{k : Nat} [Inhabited α] ⦃x : α⦄ (h : k = k) : x = x", "{k : Nat} [Inhabited α] ⦃x : α⦄ (h : k = k) : x = x"),
        ("h : 0 < n", ": 0 < n"),
        ("have h (k : Nat) : 0 ≤ k := by simp", "(k : Nat) : 0 ≤ k"),
        ("theorem h : 0 < n := by\n  omega", ": 0 < n"),
        ("h (k) = 3", ": h (k) = 3"),
        ("0 < n -- because := h₀ (", ": 0 < n"),
        ("0 /- zero /- ( -/ := -/ < n", ": 0   < n"),
        ("0 < n ∧\r\n\t\t1 ≤ n", ": 0 < n ∧\n    1 ≤ n"),
        ("∀ k,\n      k = k ∧\n        k < 3", ": ∀ k,\n    k = k ∧\n      k < 3"),
    ],
)
def test_a_statement_is_brought_into_the_form_of_a_have(statement: str, text: str) -> None:
    assert text_of(statement) == text


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("", "empty"),
        ("   := by simp", "empty"),
        ("(k : Nat) :", "empty"),
        ("have h := foo n", "empty"),
        ("have g : 0 < n", "name of something else"),
        ("g : 0 < n", "name of something else"),
        ("0 < n by omega", "goes on with a proof"),
        ("(0 < n", "without its `)`"),
        ("0 < n)", "closes nothing"),
        ("(0 < n]", "closes nothing"),
        ('"0 < n', "does not end"),
        ("0 < n /- because", "does not end"),
        ("sorry", "`sorry`"),
        ("∃ x : Nat, x = (by sorry)", "`sorry`"),
        ("True; exact h", "`;`"),
        ("True <;> trivial", "`;`"),
        ("True\nend\naxiom bad : False", "command `end`"),
        ("True\ntheorem bad : False := by simp", "command `theorem`"),
        ("set_option maxRecDepth 1 in True", "command `set_option`"),
        ("0 < n\x00", "U+0000"),
        ("0 < \u202en", "U+202E"),
        ("0 < \ud835", "U+D835"),
        ("x" * 5000, "at most"),
    ],
)
def test_a_statement_that_is_none_is_refused_with_the_reason(statement: str, why: str) -> None:
    said = json.dumps({"lemmas": [{"name": "h", "statement": statement}]})
    assert why in refused(said), refused(said)


@pytest.mark.parametrize("name", ["", "h; sorry", "h : False", "1h", "a.b", "h\nx", "h\x00", "«h»", "h" * 99, "have h"])
def test_a_name_is_a_name(name: str) -> None:
    assert "no name" in refused(as_json({"name": name, "statement": "True"}))


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("", "empty"),
        ("I have no idea. Then have h : True, and have k : False.", "no JSON object"),
        ("We have\n\nhave h : True := by trivial", "no JSON object"),
        ("<think>have h : True", "all thinking"),
        ("<think>done</think>  ", "empty"),
        ("```json\n{}\n```", "neither a lemma nor a split"),
        ("```json\n{\"lemmas\": []", "block that does not end"),
        ('{"lemmas": [', "no JSON"),
        ('{"lemmas": [], "lemmas": []}', "a key twice"),
        ("[" * 50_000, "no JSON object"),
        ('Thus:\n{"split": "constructor"}\nDone.', "no JSON: Extra data"),
        ('{"lemmas": ' + "[" * 50_000 + "]" * 50_000 + "}", "characters"),
        ('{"lemmas": ' + "[" * 20_000 + "]" * 20_000 + "}", "nested too deeply"),
        ('{"lemmas": "h"}', "lemmas: "),
        ('{"lemmas": [{"name": "h"}]}', "lemmas.0.statement: "),
        ('{"lemmas": [{"name": "h", "statement": 3}]}', "lemmas.0.statement: "),
        ('{"lemmas": [{"name": "h", "statement": "True", "proof": "trivial"}]}', "lemmas.0.proof: "),
        ('{"lemma": []}', "lemma: "),
        ('{"split": "sorry"}', "the split has `sorry`"),
        ('{"split": "constructor)"}', "the split has a `)`"),
        ('{"split": "simp\\u0007"}', "U+0007"),
        (as_json(*({"name": f"h{i}", "statement": "True"} for i in range(41))), "at most 40"),
        (as_json({"name": "h", "statement": "True"}, {"name": "h", "statement": "1 = 1"}), "one name"),
        (as_json({"name": "h", "statement": "True", "uses": ["g"]}), "uses 'g', which is no lemma"),
        (as_json({"name": "h", "statement": "True"}, uses=["sq_nonneg"]), "the goal uses 'sq_nonneg'"),
        (as_json({"name": "a", "statement": "True", "uses": ["b"]}, {"name": "b", "statement": "True", "uses": ["a"]}), "circle: a → b"),
        (as_json({"name": "a", "statement": "True", "uses": ["a"]}), "circle: a"),
        ('```json\n{"split": "constructor"}\n```\n```json\n{"split": "simp"}\n```', "2 plans"),
        (lean("have h : True") + lean("have h : 1 = 1"), "2 plans"),
        ("x" * 100_001, "100001 characters"),
        (lean("have : True"), "no `have NAME"),
        (lean("have ⟨x, hx⟩ : ∃ x, p x"), "no `have NAME"),
        (lean("have h := foo"), "no statement"),
        (lean("have h x : x = x"), "name of something else"),
        (lean("have h True"), "no `have NAME"),
        (lean("intro x\nhave h : x = x := rfl"), "`intro x` before"),
        (lean("theorem t : True := by\n  intro x\n  have h : x = x := rfl"), "`intro x` before"),
        (lean("have h : True := trivial\nobtain ⟨x, hx⟩ := h\nhave k : x = x := rfl"), "`obtain ⟨x, hx⟩ := h` between"),
        (lean("have h : (True"), "without its `)`"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_plan_is_refused_with_the_reason(said: str, why: str) -> None:
    assert why in refused(said), refused(said)


def test_a_plan_in_json_is_read_with_or_without_a_block_and_after_thinking() -> None:
    said = as_json(
        {"name": "a", "statement": "0 < n", "uses": ["h₀"]},
        {"name": "b", "statement": "n ≤ n * n", "uses": ["a"]},
        idea="squares\n grow",
        split="",
        uses=["b"],
    )
    plan = Plan((Lemma("a", ": 0 < n"), Lemma("b", ": n ≤ n * n", ("a",))), "", ("b",), "llm: 1 of 1: squares grow")
    for text in (
        said,
        f"Sure.\n\n```json\n{said}\n```\nGood luck!",
        f"```\n{said}\n```",
        f"  ```JSON\n  {said}\n  ```",
        f"<think>```json\n{{}}\n``` have z : True</think>\n{said}",
        f"A sketch:\n```lean\nhave z : True := trivial\n```\nIn JSON:\n```json\n{said}\n```",
        f"````json\n{said}\n````",
        f"We have {{n}} cases.\n\n{said}\n",
        f"```json\n{said}\n```\nagain\n```json\n{said}\n```",
    ):
        assert read(text) == plan


def test_line_breaks_inside_a_string_of_json_are_taken_as_they_are() -> None:
    plan = read('{"lemmas": [{"name": "h", "statement": "0 < n ∧\n  1 ≤ n"}]}')
    assert plan.lemmas[0].text == ": 0 < n ∧\n    1 ≤ n"


def test_a_plan_that_does_not_say_who_uses_whom_may_use_what_came_before() -> None:
    plan = read(as_json({"name": "a", "statement": "0 < n"}, {"name": "b", "statement": "True"}))
    assert [lemma.uses for lemma in plan.lemmas] == [(), ("a",)]
    assert plan.uses == ("a", "b")


def test_lemmas_come_behind_those_that_they_use() -> None:
    plan = read(as_json({"name": "b", "statement": "True", "uses": ["a"]}, {"name": "a", "statement": "0 < n", "uses": []}, uses=["b"]))
    assert [lemma.name for lemma in plan.lemmas] == ["a", "b"]


def test_what_is_proved_already_is_used_by_name_and_stated_again_word_for_word() -> None:
    plan = read(as_json({"name": "a", "statement": "True", "uses": ["h_known"]}, uses=["a", "square_pos"]))
    assert plan.lemmas == (Lemma("square_pos", "(k : Nat) : 0 < k → 0 < k * k"), Lemma("h_known", ": 1 ≤ n"), Lemma("a", ": True", ("h_known",)))
    assert plan.uses == ("square_pos", "a")


def test_a_split_is_a_tactic() -> None:
    assert (
        read('{"split": "induction n with\\n  | zero => ?_ -- easy\\n  | succ k ih => ?_"}').split
        == "induction n with\n  | zero => ?_\n  | succ k ih => ?_"
    )
    assert read('{"split": "obtain ⟨x, hx⟩ | h := h₀"}').split == "obtain ⟨x, hx⟩ | h := h₀"


def test_a_lean_block_is_read_with_its_theorem_around_it_and_what_closes_it_behind() -> None:
    said = lean(
        """\
import Mathlib
open Nat
set_option maxHeartbeats 400000 in
/-- We have h₀ := by sorry. -/
theorem t (n : Nat)
    (h₀ : 0 < n) : 0 < n * n := by
  -- first we have this
  have h₁ (k : ℕ) (f : ℕ → ℕ := id) :
      k ≤ k * k := by
    have inner : k = k := rfl
    nlinarith

  have h₂: let y := n; 0 < y * (
y) := by sorry
  exact h₂"""
    )
    plan = read(said)
    assert plan.lemmas == (
        Lemma("h₁", "(k : ℕ) (f : ℕ → ℕ := id) :\n    k ≤ k * k"),
        Lemma("h₂", ": let y := n; 0 < y * (\n    y)", ("h₁",)),
    )
    assert plan.uses == ("h₁", "h₂")


# Properties.

WORDS = st.sampled_from(
    ["x", "n'", "h₀", "∀", "=", "≤", "+", "3", "⟪", "foo.bar", "ℝ", "∧", "|", ",", "→", "_", "'", "²", "λ", "\n  ", '"a := ("', "«:= (»"]
)
FLAT = st.lists(WORDS, min_size=1, max_size=8).map(lambda words: " ".join(["a", *words, "b"]))
NESTED = st.recursive(
    FLAT, lambda inner: st.tuples(inner, st.sampled_from(["(x := %s)", "{ x := %s }", "⟨%s⟩", "[%s]"]), inner).map(lambda t: t[0] + t[1] % t[2])
)


@given(NESTED, st.sampled_from([":= by sorry", ":=", ":= ("]))
def test_only_the_proof_is_cut(statement: str, proof: str) -> None:
    assert proposition(statement).split() == statement.split()
    assert proposition(f"{statement} {proof}") == proposition(statement)


@given(NESTED)
def test_what_was_read_is_read_again_alike(statement: str) -> None:
    plan = read(as_json({"name": "h", "statement": statement}))
    assert read(as_answer(plan)).lemmas == plan.lemmas


@given(st.text(alphabet=string.printable + "⟨⟩«»₀∀\x00\u202e", max_size=200))
def test_any_text_is_read_or_refused(text: str) -> None:
    for said in (text, f"```json\n{text}\n```", lean(f"have h : {text}"), as_json({"name": "h", "statement": text}, split=text)):
        try:
            plan = read(said)
        except Malformed:
            continue
        for lemma in plan.lemmas:
            assert "\x00" not in lemma.text
            assert not re.search(r"\bsorry\b", lemma.text)


@pytest.mark.parametrize(
    "text", ["/-" * 50_000, "(" * 100_000, "-- x\n" * 20_000, "«" * 100_000, '"' + "\\" * 99_999, "'" * 100_000, "let " * 25_000]
)
def test_a_long_text_costs_one_pass(text: str) -> None:
    with contextlib.suppress(Unreadable):
        proposition(text)
