"""The length of a proof counts tactics wherever they stand: nothing is hidden in one line."""

import pytest

from prover.proof.length import length, tactics_in
from prover.proof.script import Proof, bullet, path


@pytest.mark.parametrize(
    ("text", "tactics"),
    [
        ("omega", 1),
        ("simp [a, b]; omega", 2),
        ("first | omega | (simp_all; done) | grind -verbose", 3),
        ("rcases h with a | b <;> first | omega | simp", 3),
        ("have h : n = 0 := by\n  simp\n  omega", 3),
        ("have h := f n (by first | omega | simp)", 3),
        ("exact ⟨0, by decide, by simp; omega⟩", 4),
        ("induction n with\n| zero => ?_\n| succ n ih =>\n  simp\n  omega", 3),
        ("induction n with | zero => simp | succ n ih => grind", 3),
        ("try simp", 1),
        ("· intro h\n  · simp\n  · omega", 3),
        ("simp -- first | a | b", 1),
    ],
)
def test_tactics_of_a_text(text: str, tactics: int) -> None:
    assert tactics_in(text) == tactics


def test_a_proof_is_as_long_as_its_script() -> None:
    proof = Proof("constructor", (((0,), path(["intro h", "simp; omega"])), ((1,), path(["grind"]))))
    assert length(proof) == 5
    assert tactics_in("\n".join(["constructor", bullet(["intro h", "simp; omega"]), bullet(["grind"])])) == 5
