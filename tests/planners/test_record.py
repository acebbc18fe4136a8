"""Plans on paper: JSON there and back, and pictures."""

import dataclasses
import json
import xml.etree.ElementTree as ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from planners.drawing import dot, svg
from planners.record import Part, PlanRecord, Status, from_json, to_data, to_json
from prover.proof.script import Proof, path

PROOF = path(["induction k", "· exact h0\n· simp [«a b»]"])
RECORD = PlanRecord(
    "S n < n * n ∨ n = 0",
    "rcases h with h | h",
    "structural: order",
    (
        Part("a", True, "(k : Nat) : S k < k + 1", (), "proved", PROOF),
        Part("b", True, ": S 0 = 0", ("a",), "stuck", note="20 s spent"),
        Part("inl", False, "S n < n * n ∨ n = 0", ("a", "b"), "proving"),
        Part("inr", False, "S n < n * n ∨ n = 0", ("a", "b")),
    ),
)
NAMESPACE = "{http://www.w3.org/2000/svg}"


def test_a_record_is_the_same_after_json() -> None:
    assert from_json(to_json(RECORD)) == RECORD
    assert from_json(json.dumps({**to_data(RECORD)})) == RECORD


@pytest.mark.parametrize(
    "change",
    [
        {"status": "done"},
        {"status": "open"},
        {"proof": None},
        {"proof": {"tactic": 3}},
        {"uses": ["b"]},
        {"uses": ["nobody"]},
        {"name": "b"},
        {"lemma": "true"},
        {"extra": 1},
        {"text": None},
    ],
)
def test_anything_else_is_refused(change: dict[str, object]) -> None:
    data = to_data(RECORD)
    data["parts"][0] |= change
    with pytest.raises(ValueError):  # noqa: PT011 - its words are pydantic's
        from_json(json.dumps(data))


@pytest.mark.parametrize("text", ["", "{}", "[]", "null", '{"goal": "p"}', "\x00"])
def test_what_is_no_record_is_refused(text: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011
        from_json(text)


def test_a_status_changes_and_what_is_proved_has_a_proof() -> None:
    changed = RECORD.having("inr", "proved", proof=Proof("omega")).having("b", "disproved", note="k = 2")
    assert [part.status for part in changed.parts] == ["proved", "disproved", "proving", "proved"]
    with pytest.raises(ValueError, match="proved is what has a proof"):
        RECORD.having("inr", "proved")
    with pytest.raises(KeyError):
        RECORD.having("nobody", "open")


def test_the_picture_says_everything_in_words_and_lays_what_is_used_above_what_uses_it() -> None:
    root = ElementTree.fromstring(svg(RECORD))
    assert root.attrib["role"] == "img"
    assert "structural: order" in (root.findtext(f"{NAMESPACE}title") or "")
    assert "4 subgoals, 1 proved: a proved; b stuck; inl proving; inr open" in (root.findtext(f"{NAMESPACE}desc") or "")
    tops = {}
    for group in root.iter(f"{NAMESPACE}g"):
        rectangle = group.find(f"{NAMESPACE}rect")
        assert rectangle is not None
        tops[(group.findtext(f"{NAMESPACE}title") or "").split(" ")[0]] = int(rectangle.attrib["y"])
    assert tops["a"] < tops["b"] < tops["inl"] == tops["inr"] < tops["theorem"]
    assert "prefers-color-scheme: dark" in svg(RECORD)


def test_without_a_split_the_last_box_is_the_goal() -> None:
    record = PlanRecord("p", "", "", (Part("a", True, ": q", ()), Part("goal", False, "p", ("a",))))
    assert svg(record).count("<rect") == 2
    assert dot(record).count(" -> ") == 1


@given(text=st.text(), status=st.sampled_from(["open", "stuck"]))
def test_no_text_gets_out_of_its_place(text: str, status: Status) -> None:
    part = dataclasses.replace(RECORD.parts[1], text=text, uses=(), status=status, note=text)
    record = PlanRecord(text, "", text, (part,))
    root = ElementTree.fromstring(svg(record))
    assert {element.tag.removeprefix(NAMESPACE) for element in root.iter()} <= {"svg", "title", "desc", "style", "g", "rect", "text", "path"}
    assert dot(record).count("\n") == 4
