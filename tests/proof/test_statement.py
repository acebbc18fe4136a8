"""The file of a proof is what the harness wrote, around what the model wrote."""

from prover.proof.statement import Statement, render

STATEMENT = Statement("t", "import Std\n\nopen Nat\n", "theorem t (n : Nat) : n = n")


def test_a_file_holds_header_statement_and_indented_tactics() -> None:
    text = render(STATEMENT, ["induction n with\n| zero => rfl\n| succ n ih => ?_", "rfl"])
    assert text == ("import Std\n\nopen Nat\n\ntheorem t (n : Nat) : n = n := by\n  induction n with\n  | zero => rfl\n  | succ n ih => ?_\n  rfl\n")


def test_heartbeats_are_mentioned_only_above_leans_default() -> None:
    assert "maxHeartbeats" not in render(STATEMENT, ["rfl"])
    assert "set_option maxHeartbeats 400000 in\ntheorem t" in render(STATEMENT, ["rfl"], heartbeats=400_000)


def test_the_hash_depends_on_the_statement_and_not_on_white_space() -> None:
    assert STATEMENT.hash == Statement("t", "import Std\nopen Nat", "theorem t (n : Nat) :\n    n = n").hash
    assert STATEMENT.hash != Statement("t", STATEMENT.header, "theorem t (n : Nat) : n = n + 0").hash
    assert STATEMENT.hash != Statement("t", "", "theorem t (n : Nat) : n = n").hash
