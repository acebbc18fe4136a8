"""Rules propose; what they propose is smaller, and is what their law says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from prover.proof.length import length, tactics_in
from prover.proof.script import ALL, Proof, lines, path
from prover.search.minimise import rules
from prover.search.minimise.readable import structured
from prover.search.minimise.rules import Rule
from prover.search.minimise.shrink import shrinks

ATOMS = [
    "omega",
    "simp [a, b, c]",
    "grind -verbose",
    "exact ⟨by simp, by omega⟩",
    "rcases h with x | y",
    "decide +kernel",
    "have := f (by simp; omega)",
]
TEXTS = st.recursive(
    st.sampled_from(ATOMS),
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=3).map(lambda texts: "first | " + " | ".join(texts)),
        st.lists(inner, min_size=1, max_size=3).map(" <;> ".join),
        st.lists(inner, min_size=1, max_size=3).map("\n".join),
        inner.map(lambda text: f"have h : p := by\n  {text}".replace("\n", "\n  ")),
    ),
    max_leaves=6,
)


@settings(deadline=None)
@given(text=TEXTS)
def test_shrinking_ends(text: str) -> None:
    for shorter in shrinks(text):
        assert (tactics_in(shorter), len(shorter)) < (tactics_in(text), len(text))


@pytest.mark.parametrize(
    ("text", "shorter"),
    [
        ("first | a | b | c", "b"),
        ("(simp_all; done)", "simp_all"),
        ("grind -verbose", "grind"),
        ("decide +kernel", "decide"),
        ("simp [a, b, c]", "simp [a, c]"),
        ("simp [a, b, c] at h", "simp at h"),
        ("t <;> first | a | b", "t <;> b"),
        ("have h : p := by first | a | b", "have h : p := by b"),
        ("exact ⟨(f x), (0), h (y)⟩", "exact ⟨f x, (0), h (y)⟩"),
        ("exact ⟨(f x), (0), h (y)⟩", "exact ⟨(f x), (0), h y⟩"),
        ("have h := f (by first | a | b) x", "have h := f (by b) x"),
        ("induction n with\n| zero => first | a | b\n| succ n ih => c", "induction n with\n| zero => b\n| succ n ih => c"),
    ],
)
def test_a_tactic_is_made_shorter(text: str, shorter: str) -> None:
    assert shorter in set(shrinks(text))


def two(tactic: str, first: str, second: str) -> Proof:
    return Proof(tactic, (((0,), Proof(first)), ((1,), Proof(second))))


@pytest.mark.parametrize(
    ("rule", "proof", "shorter"),
    [
        (rules.close, path(["intro x", "simp", "omega"]), Proof("omega")),
        (rules.drop, path(["have := h 1", "omega"]), Proof("omega")),
        (rules.drop, path(["a", "b", "c", "d", "e"]), path(["c", "d", "e"])),
        (rules.merge, path(["intro a", "intro b c", "rfl"]), path(["intro a b c", "rfl"])),
        (rules.merge, path(["rw [a]", "rw [← b]", "rfl"]), path(["rw [a, ← b]", "rfl"])),
        (rules.term, path(["intro x", "exact f x"]), Proof("exact fun x => f x")),
        (rules.term, path(["left", "exact f x"]), Proof("exact .inl (f x)")),
        (rules.term, two("constructor", "exact a", "exact f b"), Proof("exact ⟨a, f b⟩")),
        (rules.fill, two("refine ⟨0, ?_, f ?_⟩", "omega", "exact g x"), Proof("exact ⟨0, by omega, f (g x)⟩")),
        (rules.inline, path(["have k := h 1", "rw [k]", "rfl"]), path(["rw [(h 1)]", "rfl"])),
        (rules.inline, path(["have : p := h 1", "exact f this"]), path(["exact f (h 1)"])),
        (rules.inline, path(["have k := h x", "obtain ⟨b, hb⟩ := k", "simp"]), path(["obtain ⟨b, hb⟩ := h x", "simp"])),
        (rules.same_for_all, two("constructor", "simp", "simp"), Proof("constructor <;> simp")),
        (rules.same_for_all, two("induction n with\n| zero => ?_\n| succ n ih => ?_", "simp", "omega"), Proof("induction n <;> omega")),
    ],
)
def test_each_rule_does_what_its_law_says(rule: Rule, proof: Proof, shorter: Proof) -> None:
    assert shorter in list(rule(proof))
    assert length(shorter) <= length(proof)


@pytest.mark.parametrize(
    ("rule", "proof"),
    [
        (rules.merge, path(["rw [a] at h", "rw [b]", "rfl"])),
        (rules.merge, path(["intro a", "rw [b]", "rfl"])),
        (rules.inline, path(["have k := h 1", "rw [k]", "exact k"])),
        (rules.inline, path(["have k : p := by simp", "exact k"])),
        (rules.fill, two("refine ⟨?_, ?_⟩", "induction n with\n| zero => a\n| succ n ih => b", "simp")),
        (rules.term, two("constructor", "exact a", "simp")),
        (rules.close, Proof("simp")),
        (rules.inline, path([f"have k := h {'a' * 60}", f"rw [k, {'b' * 60}]", "rfl"])),
    ],
)
def test_a_rule_leaves_alone_what_it_is_not_about(rule: Rule, proof: Proof) -> None:
    assert list(rule(proof)) == []


def test_cases_stand_behind_their_patterns_and_a_have_has_its_proof() -> None:
    induction = two("induction n with\n| zero => ?_\n| succ n ih => ?_", "simp", "omega")
    proof = Proof("have k : p n := ?_", (((0,), path(["rw [k]", "rfl"])), ((1,), induction)))
    assert lines(structured(proof)) == (
        "have k : p n := by\n  induction n with\n  | zero => simp\n  | succ n ih => omega",
        "rw [k]",
        "rfl",
    )
    assert structured(proof).parts[0][0] == ALL


def test_a_have_that_a_term_proves_is_a_term() -> None:
    assert lines(structured(two("have k : p := ?_", "exact f k", "exact h 1"))) == ("have k : p := h 1", "exact f k")
