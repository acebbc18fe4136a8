"""The outer shape of a tactic; what is not understood is an atom."""

import pytest

from prover.proof.tactic import Atom, Bullet, Cases, First, Have, Sequence, Tactic, Then, Wrapped, parse


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("omega", Atom("omega")),
        ("a\nb", Sequence(("a", "b"))),
        ("(simp_all; done)", Sequence(("simp_all; done",))),
        ("(a) <;> (b)", Then(("(a)", "(b)"))),
        ("· a\n  b", Bullet("a\nb")),
        ("first | a | (b; c)", First(("a", "(b; c)"))),
        ("have h : n = 0 := by\n  a\n  b", Have("have h : n = 0", "a\nb")),
        ("have h : p := f (by simp) x", Atom("have h : p := f (by simp) x")),
        ("have h := by simp", Atom("have h := by simp")),
        ("cases h with | inl x => a | inr y => ?_", Cases("cases h with", ("| inl x", "| inr y"), ("a", "?_"))),
        ("induction n with\n| zero =>\n  a\n  b\n| succ n ih => c", Cases("induction n with", ("| zero", "| succ n ih"), ("a\nb", "c"))),
        ("rcases h with x | y", Atom("rcases h with x | y")),
        ("try simp at h", Wrapped("try", "simp at h")),
        ("exact (f x", Atom("exact (f x")),
        ("simp -- a; b", Atom("simp -- a; b")),
    ],
)
def test_shapes(text: str, shape: Tactic) -> None:
    assert parse(text) == shape
