"""Cutting tactic text: pieces put together are the text, and nothing inside a bracket or a string is a place to cut."""

from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.proof import tactic_text
from prover.proof.tactic_text import Split

TEXTS = st.lists(
    st.sampled_from(
        [
            *"()[]{}⟨⟩«»,;|·\"'\\",
            " ",
            "  ",
            "\n",
            "\n  ",
            "<;>",
            "first",
            "by",
            "with",
            "=>",
            ":=",
            "simp",
            "h'",
            "x",
            "?_",
            "--",
            "/-",
            "-/",
            "∣",
            "||",
        ]
    ),
    max_size=30,
).map("".join)
CUTS: list[Callable[[str], Split]] = [tactic_text.sequence, tactic_text.chained, tactic_text.alternatives, tactic_text.arguments]


@pytest.mark.parametrize("cut", CUTS)
@given(text=TEXTS)
def test_cutting_and_joining_is_the_identity(cut: Callable[[str], Split], text: str) -> None:
    split = cut(text)
    assert split.text == text
    assert len(split.gaps) == len(split.parts) + 1


@pytest.mark.parametrize("cut", CUTS)
@given(text=TEXTS, data=st.data())
def test_a_part_is_replaced_where_it_stood(cut: Callable[[str], Split], text: str, data: st.DataObject) -> None:
    split = cut(text)
    index = data.draw(st.integers(0, len(split.parts) - 1))
    assert split.having(index, split.parts[index]) == text


@given(text=TEXTS)
def test_spans_lie_in_the_text(text: str) -> None:
    for start, end in [*tactic_text.brackets(text), *tactic_text.by_blocks(text)]:
        assert 0 <= start <= end <= len(text)


@pytest.mark.parametrize(
    ("cut", "text", "parts"),
    [
        (tactic_text.sequence, "rw [a]; simp", ("rw [a]", "simp")),
        (tactic_text.sequence, "constructor <;> intro h; simp", ("constructor <;> intro h", "simp")),
        (tactic_text.sequence, "have h : p := by simp; omega", ("have h : p := by simp; omega",)),
        (tactic_text.sequence, "first | a; b | c", ("first | a; b | c",)),
        (tactic_text.sequence, "first\n| a\n| b\nsimp", ("first\n| a\n| b", "simp")),
        (tactic_text.sequence, "· simp\n  omega\nsimp", ("· simp\n  omega", "simp")),
        (tactic_text.sequence, "simp -- a; b", ("simp -- a; b",)),
        (tactic_text.chained, "a <;> (b <;> c) <;> d", ("a", "(b <;> c)", "d")),
        (tactic_text.chained, "a <;> first | b <;> c", ("a", "first | b <;> c")),
        (tactic_text.alternatives, "first | a | ⟨b | c⟩ | d", ("first", "a", "⟨b | c⟩", "d")),
        (
            tactic_text.alternatives,
            "cases h with\n| x =>\n  rcases y with z | z\n| y => d",
            ("cases h with", "x =>\n  rcases y with z | z", "y => d"),
        ),
        (tactic_text.arguments, '[a, b], ",", ⟨c, d⟩', ("[a, b]", '","', "⟨c, d⟩")),
    ],
)
def test_only_what_stands_outside_separates(cut: Callable[[str], Split], text: str, parts: tuple[str, ...]) -> None:
    assert cut(text).parts == parts


def test_a_by_ends_with_its_bracket_or_at_a_comma() -> None:
    text = "exact ⟨h (by omega), by first | a | b, rfl⟩"
    assert [text[start:end].strip() for start, end in tactic_text.by_blocks(text)] == ["omega", "first | a | b"]


@pytest.mark.parametrize(
    ("text", "start", "body"),
    [("· simp\n  omega", 1, "simp\nomega"), ("·\n    simp\n    omega", 1, "simp\nomega"), ("· simp\n omega", 1, None), ("by", 2, None)],
)
def test_a_block_is_moved_to_the_margin(text: str, start: int, body: str | None) -> None:
    assert tactic_text.block(text, start) == body
