"""What becomes of what a model wrote: a proposal, or a count."""

import pytest

from prover.policy.completion import MAX_TACTIC_BYTES, Completion, answer_of
from prover.policy.prompts import PROMPTS
from prover.proof.proposal import Proposal


def test_a_finished_text_is_a_proposal_and_its_tokens_sum_to_its_log_probability() -> None:
    answer = answer_of([Completion(" omega\n", (-1.0, -0.5), True)], PROMPTS["stepwise"], tokens_in=7)
    assert answer.proposals == (Proposal("omega", -1.5, (-1.0, -0.5)),)
    assert (answer.tokens_in, answer.tokens_out) == (7, 2)


def test_a_text_that_was_cut_is_counted_and_left_out() -> None:
    answer = answer_of([Completion("omeg", (-1.0,), False), Completion("rfl", (-1.0,), True)], PROMPTS["stepwise"], 1)
    assert [proposal.tactic for proposal in answer.proposals] == ["rfl"]
    assert (answer.truncated, answer.dropped, answer.tokens_out) == (1, 0, 2)


@pytest.mark.parametrize(
    "text", ["", " \n\t", "exact �", "exact " + chr(0xD835), "simp\0", "x" * (MAX_TACTIC_BYTES + 1), "∀" * (MAX_TACTIC_BYTES // 3 + 1)]
)
def test_what_is_no_text_of_a_tactic_is_counted_and_left_out(text: str) -> None:
    answer = answer_of([Completion(text, (-1.0,), True)], PROMPTS["stepwise"], 1)
    assert (answer.proposals, answer.truncated, answer.dropped) == ((), 0, 1)


def test_what_was_drawn_twice_is_there_twice() -> None:
    answer = answer_of([Completion("rfl", (-1.0,), True)] * 2, PROMPTS["stepwise"], 1)
    assert len(answer.proposals) == 2
