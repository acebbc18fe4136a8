"""Several policies as one, and the weights that recorded tactics give them."""

import math
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prover.policy.automation import AutomationPolicy
from prover.policy.calibration import calibrated_weights, em_round
from prover.policy.mixture import Member, Mixture, log_sum_exp
from prover.proof.proposal import Answer, PolicyFault, Proposal, Question
from tests.policy.states import plain, recorded


class Says:
    """A policy that says the same always."""

    identity = "says"

    def __init__(self, *proposals: Proposal, fails: bool = False) -> None:
        self._answer, self._fails = Answer(proposals, 5, 7, 1, 2), fails
        self.samples: list[int] = []
        self.closed = False

    async def propose(self, questions: Sequence[Question]) -> list[Answer]:
        self.samples += [question.samples for question in questions]
        if self._fails:
            raise PolicyFault("gone")
        return [self._answer] * len(questions)

    async def close(self) -> None:
        self.closed = True


ASKED = [Question(plain("⊢ p"), samples=8)]


async def test_a_tactic_that_several_propose_has_the_weighted_sum_of_their_probabilities() -> None:
    one = Says(Proposal("rfl", math.log(0.5), (-0.1, -0.59)), Proposal("simp", math.log(0.2)))
    two = Says(Proposal("omega", math.log(0.9)), Proposal("rfl", math.log(0.1)))
    [answer] = await Mixture([Member(one, 3.0, 0.5), Member(two, 1.0, 0.5)]).propose(ASKED)
    probabilities = {p.tactic: math.exp(p.logprob) for p in answer.proposals}
    assert probabilities == pytest.approx({"rfl": 0.75 * 0.5 + 0.25 * 0.1, "omega": 0.25 * 0.9, "simp": 0.75 * 0.2})
    assert [p.tactic for p in answer.proposals] == ["rfl", "rfl", "omega", "simp"]  # as often as it was drawn, likeliest first
    assert (answer.tokens_in, answer.tokens_out, answer.truncated, answer.dropped) == (10, 14, 2, 4)


async def test_a_tactic_drawn_twice_by_one_member_is_not_twice_as_likely() -> None:
    member = Says(Proposal("rfl", math.log(0.5)), Proposal("rfl", math.log(0.5)))
    [answer] = await Mixture([Member(member, 1.0, 1.0)]).propose(ASKED)
    assert [p.logprob for p in answer.proposals] == pytest.approx([math.log(0.5)] * 2)


@pytest.mark.parametrize(("samples", "shares", "asked"), [(8, (0.25, 0.75), (2, 6)), (1, (0.1, 0.9), (1, 1)), (8, (0.0, 1.0), (0, 8))])
async def test_members_are_asked_for_their_shares_and_none_is_silenced_by_a_small_question(
    samples: int, shares: tuple[float, float], asked: tuple[int, int]
) -> None:
    members = [Says(Proposal("a", -1.0)), Says(Proposal("b", -1.0))]
    mixture = Mixture([Member(member, 1.0, share) for member, share in zip(members, shares, strict=True)])
    await mixture.propose([Question(plain("⊢ p"), samples=samples)])
    assert tuple(sum(member.samples) for member in members) == asked


async def test_a_member_that_cannot_answer_is_a_fault_of_the_whole() -> None:
    with pytest.raises(PolicyFault, match="gone"):
        await Mixture([Member(Says(Proposal("a", -1.0)), 1, 1), Member(Says(fails=True), 1, 1)]).propose(ASKED)


async def test_closing_closes_the_members() -> None:
    members = [Says(), Says()]
    await Mixture([Member(member, 1, 1) for member in members]).close()
    assert all(member.closed for member in members)


async def test_with_automation_it_goes_on_down_the_list_when_asked_again() -> None:
    mixture = Mixture([Member(AutomationPolicy(), 0.5, 0.5), Member(Says(Proposal("a", -1.0)), 0.5, 0.5)])
    state = recorded("sum_of_two_geometric")
    [first], [second] = await mixture.propose([Question(state, 8)]), await mixture.propose([Question(state, 8, asked=1)])
    assert {p.tactic for p in first.proposals} & {p.tactic for p in second.proposals} == {"a"}


LOGS = st.floats(-50, 0)


@given(st.lists(LOGS, min_size=1, max_size=6))
def test_log_sum_exp_is_the_logarithm_of_the_sum(logs: list[float]) -> None:
    assert log_sum_exp(logs) == pytest.approx(math.log(math.fsum(map(math.exp, logs))))
    assert log_sum_exp([-5_000.0, -5_000.0]) == pytest.approx(-5_000 + math.log(2))
    assert log_sum_exp([-math.inf]) == -math.inf


ROWS = st.lists(st.tuples(LOGS | st.just(-math.inf), LOGS), min_size=1, max_size=20)


@given(ROWS, st.floats(0.05, 0.95))
def test_no_round_of_calibration_makes_the_tactics_less_likely(rows: list[tuple[float, float]], weight: float) -> None:
    def likelihood(weights: Sequence[float]) -> float:
        logs = [[math.log(w) + p for w, p in zip(weights, row, strict=True) if w > 0] for row in rows]
        return math.fsum(log_sum_exp(log or [-math.inf]) for log in logs)

    before = [weight, 1 - weight]
    after = em_round(rows, before)
    assert math.fsum(after) == pytest.approx(1)
    assert likelihood(after) >= likelihood(before) - 1e-6


def test_the_member_that_knew_the_tactics_gets_the_weight_and_the_other_keeps_a_little() -> None:
    assert calibrated_weights([(-1.0, -math.inf)] * 10) == pytest.approx((1 / 1.01, 0.01 / 1.01))
    assert calibrated_weights([(-math.inf, -math.inf)]) == (0.5, 0.5)
    assert calibrated_weights([(-1.0, -math.inf)] * 3 + [(-math.inf, -1.0)] * 1) == pytest.approx((0.75, 0.25))
