"""The server policy against a scripted peer (`fake_server.py`): what it asks, and what it makes of answers that are none."""

import asyncio
import logging
import re
from collections.abc import Iterator
from typing import Any

import pytest

from prover.config import PolicyConfig
from prover.policy.server import connect
from prover.proof.proposal import Answer, PolicyFault, Question
from prover.service import endpoints
from tests.policy.fake_server import FakeServer, fake_server
from tests.policy.states import plain

ASKED = Question(plain("⊢ p"), samples=4, temperature=1.3, seed=7)
KEY = "sk-secret-key"


@pytest.fixture
def server() -> Iterator[FakeServer]:
    with fake_server() as server:
        yield server


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "FIRST_PAUSE_SECONDS", 0.01)


async def answers(server: FakeServer, *scenarios: str, questions: int = 1, **settings: Any) -> list[Answer]:
    urls = tuple(server.url(scenario) for scenario in scenarios)
    config = PolicyConfig.model_validate({"kind": "server", "endpoints": urls, "retries": 2, "timeout": 5.0, **settings})
    policy = await connect(config, {"OPENAI_API_KEY": KEY})
    try:
        return await policy.propose([ASKED] * questions)
    finally:
        await policy.close()


async def fault(server: FakeServer, *scenarios: str, **settings: Any) -> str:
    with pytest.raises(PolicyFault) as caught:
        await answers(server, *scenarios, **settings)
    assert "\n" not in str(caught.value)
    assert KEY not in str(caught.value)
    return str(caught.value)


async def test_a_question_is_one_request_with_everything_that_decides_its_answer(server: FakeServer) -> None:
    [answer] = await answers(server, "good", max_tokens=99, top_p=0.9, stop=["\n\n"])
    assert [(p.tactic, p.logprob, p.token_logprobs) for p in answer.proposals][:2] == [("omega", -1.5, (-1.0, -0.5)), ("simp", -2.5, (-2.0, -0.5))]
    assert (answer.tokens_in, answer.tokens_out) == (11, 8)
    [(_, asked)] = server.asked
    wanted = {"model": "tiny", "n": 4, "temperature": 1.3, "top_p": 0.9, "max_tokens": 99, "seed": 7, "stop": ["\n\n"], "logprobs": 1}
    assert {name: asked[name] for name in wanted} == wanted
    assert asked["prompt"] == "[STATE]\n⊢ p\n[TACTIC]\n"
    assert server.keys == {f"Bearer {KEY}"}


async def test_at_temperature_0_all_samples_are_one_and_one_is_asked_for(server: FakeServer) -> None:
    policy = await connect(PolicyConfig(kind="server", endpoints=(server.url("good"),)), {})
    [answer] = await policy.propose([Question(plain("⊢ p"), samples=4, temperature=0.0)])
    await policy.close()
    assert [p.tactic for p in answer.proposals] == ["omega"]
    assert server.asked[0][1]["n"] == 1


async def test_a_server_that_refuses_seeds_is_not_sent_one(server: FakeServer) -> None:
    await answers(server, "good", send_seed=False)
    assert "seed" not in server.asked[0][1]


@pytest.mark.parametrize(
    ("scenario", "said"),
    [
        ("error_500", "answered 500: .*boom.* \\(after 3 tries\\)"),
        ("garbage", "answered what is no completion"),
        ("page", "answered what is no completion"),
        ("aborted", "answered what is no completion"),
        ("no_logprobs", "no log-probabilities"),
        ("fewer", "1 completions where 4 were asked for"),
        ("other_text", "log-probabilities of another text"),
        ("unequal", "1 log-probabilities for 2 tokens"),
        ("not_finite", "a log-probability that is none"),
        ("positive", "a log-probability that is none"),
        ("refuses_key", "refuses the key in \\$OPENAI_API_KEY"),
        ("echoes_key", "refused the question \\(422\\)"),
    ],
)
async def test_an_answer_that_cannot_be_used_is_a_fault_that_says_why(server: FakeServer, scenario: str, said: str) -> None:
    message = await fault(server, scenario)
    assert re.search(said, message), message


@pytest.mark.parametrize("scenario", ["hang", "drip"])
async def test_a_server_that_does_not_end_its_answer_is_given_up_at_the_deadline(server: FakeServer, scenario: str) -> None:
    assert "did not answer within 0.3 s (after 2 tries)" in await fault(server, scenario, timeout=0.3, retries=1)


async def test_what_may_pass_is_tried_again_and_what_will_not_is_not(server: FakeServer) -> None:
    await answers(server, "recovers")
    assert len(server.asked) == 3
    server.asked.clear()
    await fault(server, "refuses_key")
    assert len(server.asked) == 1


async def test_another_endpoint_takes_over_and_the_failed_one_is_passed_over(server: FakeServer) -> None:
    found = await answers(server, "error_500", "good", questions=6, concurrency=1)
    assert all(len(answer.proposals) == 4 for answer in found)
    assert [scenario for scenario, _ in server.asked].count("error_500") <= 3  # those in flight when it failed


async def test_an_endpoint_where_nobody_listens_is_survived_by_another_and_a_fault_alone(server: FakeServer) -> None:
    nobody = "http://127.0.0.1:9/v1"
    [answer] = await answers(server, "good", endpoints=[nobody, server.url("good")])
    assert len(answer.proposals) == 4
    assert "cannot be reached" in await fault(server, "good", endpoints=[nobody], retries=0)


async def test_no_more_questions_are_in_flight_than_allowed(server: FakeServer) -> None:
    await answers(server, "slow", questions=8, concurrency=3)
    assert server.most == 3


async def test_a_prompt_longer_than_the_servers_context_is_counted(server: FakeServer) -> None:
    [answer] = await answers(server, "context")
    assert (answer.proposals, answer.truncated) == ((), 1)


@pytest.mark.parametrize(("scenario", "counted"), [("cut", (1, 0)), ("empty", (0, 1)), ("surrogate", (0, 1)), ("not_utf8", (0, 1))])
async def test_a_completion_that_is_no_tactic_is_counted_and_the_others_are_proposed(
    server: FakeServer, scenario: str, counted: tuple[int, int]
) -> None:
    [answer] = await answers(server, scenario)
    assert (answer.truncated, answer.dropped) == counted
    assert len(answer.proposals) == 3


async def test_tokens_that_show_numbers_for_their_text_are_no_contradiction(server: FakeServer) -> None:
    [answer] = await answers(server, "token_numbers")
    assert len(answer.proposals) == 4


async def test_a_wrong_address_or_model_is_known_before_a_search_begins(server: FakeServer) -> None:
    assert "answered no list of models" in await fault(server, "nothing_served")
    assert "serves one, two" in await fault(server, "two_models")
    assert "serves tiny" in await fault(server, "good", model="other")
    assert not server.asked


async def test_the_key_is_in_no_log(server: FakeServer, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    await answers(server, "good")
    await fault(server, "echoes_key")
    assert KEY not in caplog.text


async def test_a_search_that_is_cancelled_gives_its_slot_back(server: FakeServer) -> None:
    config = PolicyConfig.model_validate({"kind": "server", "endpoints": (server.url("hang"),), "concurrency": 1, "timeout": 30.0})
    policy = await connect(config, {})
    for number in range(1, 4):
        asking = asyncio.get_running_loop().create_task(policy.propose([ASKED]))
        async with asyncio.timeout(4.0):
            while len(server.asked) < number:
                await asyncio.sleep(0.01)
        asking.cancel()
        await asyncio.wait([asking])
    await policy.close()
