"""Proofs of separate goals become one script."""

import json
import pickle

import pytest

from prover.proof.script import Proof, as_data, assemble, from_data, path


def test_single_goals_become_blocks_in_order() -> None:
    assert assemble({(1,): ["rfl"], (0,): ["intro x", "exact x"]}) == ("· intro x\n  exact x", "· rfl")


def test_a_group_of_several_comes_last_and_as_it_is() -> None:
    assert assemble({(0, 2): ["exact h", "rfl"], (1,): ["simp"]}) == ("rotate_left 1", "· simp", "rotate_left 1", "exact h", "rfl")


def test_lines_of_a_block_keep_their_layout() -> None:
    assert assemble({(0,): ["induction n with\n| zero => rfl\n| succ n ih =>\n  simp"]}) == (
        "· induction n with\n  | zero => rfl\n  | succ n ih =>\n    simp",
    )


@pytest.mark.parametrize("groups", [[(0,), (2,)], [(0, 1), (1,)], [(0, 2), (1, 3)]])
def test_what_is_no_partition_or_cannot_be_ordered_is_refused(groups: list[tuple[int, ...]]) -> None:
    with pytest.raises(ValueError, match=r"partition|brought together"):
        assemble({group: ["skip"] for group in groups})


def test_a_proof_survives_json() -> None:
    proof = Proof("constructor", (((0,), Proof("simp", (), True)), ((1, 2), path(["intro x", "omega"]))))
    assert from_data(json.loads(json.dumps(as_data(proof)))) == proof


@pytest.mark.parametrize("data", [None, 3, "omega", {}, {"tactic": 3}, {"tactic": "x", "parts": [[0]]}, {"tactic": "x", "parts": [[["0"], {}]]}])
def test_data_that_is_no_proof_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="no"):
        from_data(data)


def test_a_proof_survives_pickling_however_deep() -> None:
    tree = Proof("constructor", (((1,), Proof("b", finisher=True)), ((0, 2), Proof("c", (((0,), Proof("d")), ((1,), Proof("e")))))))
    assert pickle.loads(pickle.dumps(tree)) == tree
    copy = pickle.loads(pickle.dumps(path(["simp"] * 10_000)))
    depth = 1
    while copy.parts:
        [(_, copy)] = copy.parts
        depth += 1
    assert depth == 10_000
