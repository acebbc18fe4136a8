"""The chat planner against a scripted server over HTTP (`chat_server.py`): what comes of good, bad and hostile answers, and of none."""

import asyncio
import json
import logging
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from planners.chat.journal import FileJournal, Journal, JournalError, Unrecorded
from planners.chat.planner import ChatPlanner, connect
from planners.plan import Lemma, Plan
from planners.planner import PlannerFault, PlanRequest, Rejected
from prover.config import PlannerConfig
from prover.proof.state import Goal, ProofState
from prover.proof.statement import Statement
from prover.service import endpoints
from tests.planners.chat_server import Act, ChatServer, Drops, Echoes, Refuses, Says, chat_server

KEY = "sk-canary-0123456789"


def request(goal: str = "⊢ 0 < n * n", *, name: str = "t", **more: Any) -> PlanRequest:
    state = ProofState(Statement(name, "", f"theorem {name} (n : Nat) : 0 < n * n"), (), (Goal("", (), "0 < n * n", "", "", goal),), "key", ((0,),))
    return PlanRequest(state, **more)


def plan_text(statement: str, name: str = "h") -> str:
    return json.dumps({"lemmas": [{"name": name, "statement": statement, "uses": []}], "uses": [name]}, ensure_ascii=False)


def statements(plans: list[Plan]) -> list[str]:
    return [lemma.text.removeprefix(": ") for plan in plans for lemma in plan.lemmas]


GOOD = Says((plan_text("0 < n"), plan_text("n ≤ n * n")))
WRONG = Says(("Let us have h : True.",))


class Opened:
    """A planner for a script, and its server."""

    def __init__(self, *script: Act, journal: Journal | None = None, paths: tuple[str, ...] = ("script",), **settings: Any) -> None:
        self._script, self._journal, self._paths = script, journal or Unrecorded(), paths
        self._settings = {"kind": "llm", "retries": 2, "timeout": 5.0, **settings}

    async def __aenter__(self) -> tuple[ChatPlanner, ChatServer]:
        self._serving = chat_server(*self._script)
        self.server = self._serving.__enter__()
        config = PlannerConfig.model_validate({"endpoints": tuple(map(self.server.url, self._paths)), **self._settings})
        self.planner = await connect(config, KEY, self._journal, lean_version="4.28.0")
        return self.planner, self.server

    async def __aexit__(self, *_: object) -> None:
        await self.planner.close()
        self._serving.__exit__(None, None, None)


@pytest.fixture(autouse=True)
def no_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoints, "FIRST_PAUSE_SECONDS", 0.01)


@pytest.fixture
def journal(tmp_path: Path) -> Iterator[FileJournal]:
    journal = FileJournal(tmp_path / "planner.jsonl")
    yield journal
    journal.close()


def recorded(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


async def fault(*script: Act, **settings: Any) -> str:
    async with Opened(*script, **settings) as (planner, _):
        with pytest.raises(PlannerFault) as caught:
            await planner.plans(request())
    check_without_key(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def check_without_key(error: BaseException) -> None:
    """Neither an exception nor what it came from holds the key, or an object that does."""
    seen: BaseException | None = error
    while seen is not None:
        assert KEY not in repr(seen)
        assert type(seen).__module__.split(".")[0] not in ("openai", "httpx2")
        seen = seen.__cause__ or seen.__context__


# Questions and answers.


async def test_a_question_is_one_request_with_everything_that_decides_its_answer() -> None:
    async with Opened(GOOD, samples=2, temperature=0.7, max_tokens=99) as (planner, server):
        plans = await planner.plans(request())
    assert plans == [
        Plan((Lemma("h", ": 0 < n"),), "", ("h",), "llm: 1 of 2"),
        Plan((Lemma("h", ": n ≤ n * n"),), "", ("h",), "llm: 2 of 2"),
    ]
    assert "⊢ 0 < n * n" in server.prompt(0)
    [asked] = server.questions
    messages = asked.pop("messages")
    assert asked == {"model": "tiny", "n": 2, "temperature": 0.7, "max_tokens": 99}
    assert [message["role"] for message in messages] == ["system", "user"]
    assert server.keys == {f"Bearer {KEY}"}


async def test_at_temperature_0_all_answers_are_one_and_one_is_asked_for() -> None:
    async with Opened(GOOD, samples=4, temperature=0) as (planner, server):
        assert len(await planner.plans(request())) == 1
    assert server.questions[0]["n"] == 1


@pytest.mark.parametrize(
    "script",
    [
        (Says((plan_text("0 < n"), plan_text("1 ≤ n"), plan_text("n ≠ 0")), most=1),),
        (Refuses(400, "n must be 1", when=lambda asked: asked["n"] > 1, otherwise=Says((plan_text("0 < n"),), most=1)),),
    ],
)
async def test_a_server_that_gives_one_answer_at_a_time_is_asked_several_times(script: tuple[Act, ...]) -> None:
    async with Opened(*script, samples=3) as (planner, server):
        await planner.plans(request())
        assert [asked["n"] for asked in server.questions if asked["n"] == 1] in ([1, 1], [1, 1, 1])
        asked_before = len(server.asked)
        await planner.plans(request(name="u"))
    assert [asked["n"] for asked in server.questions[asked_before:]] == [1, 1, 1]


async def test_a_model_that_wants_the_limit_under_its_new_name_gets_it() -> None:
    refusal = Refuses(400, "Unsupported parameter: use 'max_completion_tokens' instead.", when=lambda asked: "max_tokens" in asked, otherwise=GOOD)
    async with Opened(refusal) as (planner, server):
        assert len(await planner.plans(request())) == 2
    assert server.questions[-1]["max_completion_tokens"] == 4096


async def test_equal_plans_are_one_and_a_rejected_one_does_not_come_again() -> None:
    same = Says((plan_text("0 < n"), plan_text("0  <  n"), plan_text("n ≠ 0")))
    async with Opened(same, samples=3) as (planner, _):
        assert statements(await planner.plans(request())) == ["0 < n", "n ≠ 0"]
        rejected = Rejected(Plan((Lemma("h", ": 0 < n"),), uses=("h",)), "it is the goal again")
        assert statements(await planner.plans(request(rejected=(rejected,)))) == ["n ≠ 0"]
        assert planner.counts == {"asked": 2, "plans": 3, "repeated": 3}


async def test_when_all_answers_were_given_up_before_another_is_asked_for_at_once() -> None:
    async with Opened(Says((plan_text("0 < n"),)), Says((plan_text("n ≠ 0"),))) as (planner, server):
        rejected = Rejected(Plan((Lemma("h", ": 0 < n"),), uses=("h",)), "stuck", ("h",))
        assert statements(await planner.plans(request(rejected=(rejected,)))) == ["n ≠ 0"]
    assert "the plan was given up before" in server.prompt(1)


async def test_an_answer_without_a_plan_is_asked_for_again_with_what_was_wrong() -> None:
    async with Opened(WRONG, Says(('{"lemmas": [{"name": "h; sorry", "statement": "True"}]}',)), GOOD) as (planner, server):
        assert statements(await planner.plans(request())) == ["0 < n", "n ≤ n * n"]
        assert "no JSON object" in server.prompt(1)
        assert "'h; sorry' is no name for a lemma" in server.prompt(2)
        await planner.plans(request(round=1))
        assert "could not be used" not in server.prompt(3)  # what was wrong before a good answer is past


async def test_a_model_that_never_answers_with_a_plan_gives_none_and_is_not_asked_for_ever() -> None:
    async with Opened(WRONG) as (planner, server):
        assert await planner.plans(request()) == []
        assert len(server.asked) == 3
        await planner.plans(request(round=1))
    assert "could not be used" in server.prompt(3)  # remembered from one round to the next


async def test_what_was_wrong_about_one_goal_is_not_said_about_another() -> None:
    async with Opened(WRONG, WRONG, WRONG, GOOD) as (planner, server):
        await planner.plans(request())
        await planner.plans(request("k : Nat\n⊢ 0 < k"))
    assert "could not be used" not in server.prompt(3)


async def test_one_good_answer_among_bad_ones_is_enough() -> None:
    async with Opened(Says(("hm", plan_text("0 < n"), '{"lemmas": [')), samples=3) as (planner, server):
        assert statements(await planner.plans(request())) == ["0 < n"]
        assert planner.counts["malformed"] == 2
    assert len(server.asked) == 1


async def test_a_cut_answer_is_counted_and_never_read_even_where_it_looks_whole() -> None:
    async with Opened(Says((plan_text("0 < n"),), finish="length"), GOOD) as (planner, server):
        assert statements(await planner.plans(request())) == ["0 < n", "n ≤ n * n"]
        assert planner.counts["cut"] == 2
    assert "cut at 4096 tokens" in server.prompt(1)


async def test_thinking_is_no_part_of_an_answer() -> None:
    said = f"<think>```json\n{plan_text('False')}\n```</think>{plan_text('0 < n')}"
    async with Opened(Says((said,), thinking=plan_text("False"))) as (planner, _):
        assert statements(await planner.plans(request())) == ["0 < n"]


HOSTILE = [
    plan_text("True := by sorry\n\nend\naxiom bad : False"),
    plan_text("True\n\nend\naxiom bad : False"),
    plan_text("True)\nexact sorry --("),
    plan_text("0 < n\x00"),
    plan_text("True", name="h : False := by sorry\n  have k"),
    plan_text("(" * 50_000 + "0 < n" + ")" * 50_000),
    '{"lemmas": ' * 20_000,
    "{" + '"a":[' * 15_000,
    '{"lemmas": [], "split": "exact absurd (by sorry) h"}',
    "x" * 2_000_000,
    '{"uses": [' + ",".join('"h"' for _ in range(20_000)) + "]}",
    "9" * 90_000,
    "\ud800",
]


@pytest.mark.parametrize("said", HOSTILE, ids=range(len(HOSTILE)))
async def test_a_hostile_answer_costs_a_question_and_smuggles_nothing(said: str) -> None:
    async with Opened(Says((said,)), GOOD) as (planner, _):
        plans = await planner.plans(request())
    for text in statements(plans):
        assert text in ("True", "0 < n", "n ≤ n * n")


# Servers that fail.


@pytest.mark.parametrize("first", [Refuses(500), Refuses(503), Refuses(429), Drops(), Drops(b'{"choices": ['), Refuses(408)])
async def test_what_may_pass_is_tried_again(first: Act) -> None:
    async with Opened(first, GOOD) as (planner, _):
        assert len(await planner.plans(request())) == 2
        assert planner.counts["asked"] == 1


async def test_a_server_that_says_when_is_asked_no_sooner_but_not_left_alone_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    async with Opened(Refuses(429, headers=(("Retry-After", "1"),)), GOOD) as (planner, server):
        await planner.plans(request())
        assert server.at[1] - server.at[0] >= 1.0
    monkeypatch.setattr(endpoints, "LONGEST_TOLD_SECONDS", 0.1)
    for told in ("86400", "Fri, 31 Dec 2199 23:59:59 GMT", "nan", "soon"):
        async with Opened(Refuses(429, headers=(("Retry-After", told),)), GOOD) as (planner, _), asyncio.timeout(10.0):
            await planner.plans(request())


@pytest.mark.parametrize(
    ("act", "said"),
    [
        (Refuses(500, "boom"), "answered 500: .*boom \\(after 3 tries\\)"),
        (Refuses(401, "wrong key {key}"), "refuses the key in \\$OPENAI_API_KEY \\(401\\)"),
        (Refuses(422, "bad {key}"), "refused the question \\(422\\): .*bad"),
        (Refuses(500, "bad {key}"), "answered 500: .*bad"),
        (Refuses(400, "maximum context length is 8 tokens"), "does not fit into the model's context"),
        (Drops(), "cannot be reached"),
        (Says((), most=0), "no chat completion"),
    ],
)
async def test_a_server_that_goes_on_failing_is_a_fault_that_says_why(act: Act, said: str) -> None:
    message = await fault(act)
    assert message.startswith("planner server")
    assert re.search(said, message), message


@pytest.mark.parametrize("scenario", ["hang", "drip"])
async def test_a_server_that_does_not_end_its_answer_is_given_up_at_the_deadline(scenario: str) -> None:
    assert "did not answer within 0.3 s (after 2 tries)" in await fault(GOOD, paths=(scenario,), timeout=0.3, retries=1)


@pytest.mark.parametrize("scenario", ["garbage", "page"])
async def test_an_answer_of_something_else_is_none(scenario: str) -> None:
    assert "answered what is no chat completion" in await fault(GOOD, paths=(scenario,))


async def test_an_answer_without_end_is_given_up_before_it_fills_the_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    from prover.service import server

    monkeypatch.setattr(server, "LONGEST_ANSWER", 10_000)
    assert "does not end its answer" in await fault(Says(("x" * 20_000,)))


async def test_another_endpoint_takes_over() -> None:
    async with Opened(GOOD, paths=("error_500", "hang", "script"), timeout=0.5) as (planner, _):
        for number in range(3):
            assert len(await planner.plans(request(name=f"t{number}"))) == 2


async def test_a_wrong_address_or_model_is_known_at_the_start() -> None:
    with pytest.raises(PlannerFault, match=r"serves tiny: give one of them as planner\.model"):
        await Opened(GOOD, model="other").__aenter__()
    with pytest.raises(PlannerFault, match="serves one, two"):
        await Opened(GOOD, paths=("two_models",)).__aenter__()
    with pytest.raises(PlannerFault, match="cannot be reached") as caught:
        await connect(PlannerConfig(kind="llm", endpoints=("http://user:secret@127.0.0.1:9/v1",), retries=0), KEY, Unrecorded())
    assert "secret" not in str(caught.value)


async def test_a_question_that_is_cancelled_ends_at_once_and_is_recorded(journal: FileJournal, tmp_path: Path) -> None:
    async with Opened(GOOD, paths=("hang",), journal=journal) as (planner, server):
        asking = asyncio.get_running_loop().create_task(planner.plans(request()))
        async with asyncio.timeout(4.0):
            while not server.asked:
                await asyncio.sleep(0.01)
            asking.cancel()
            await asyncio.wait([asking])
        assert asking.cancelled()
    assert [line["error"] for line in recorded(tmp_path / "planner.jsonl")] == ["cancelled"]


# Budgets.


async def until_it_faults(planner: ChatPlanner) -> None:
    for number in range(20):
        await planner.plans(request(round=number))


async def spent(what: str, *script: Act, **settings: Any) -> int:
    """Asks until nothing is left; the number of questions that reached the server."""
    async with Opened(*script, **settings) as (planner, server):
        with pytest.raises(PlannerFault, match=f"{what} for t are spent \\(planner.{what}\\)"):
            await until_it_faults(planner)
        asked = len(server.asked)
        assert len(await planner.plans(request(name="another"))) == 2  # each theorem has its own
        return asked


async def test_calls_are_counted_for_each_theorem_and_never_exceeded() -> None:
    assert await spent("calls", GOOD, calls=3) == 3


async def test_tokens_are_those_that_the_server_counts() -> None:
    assert await spent("tokens", GOOD, tokens=300) == 3  # 120 each


@pytest.mark.parametrize(
    "usage", [None, {}, "many", {"prompt_tokens": -5, "completion_tokens": 1}, {"prompt_tokens": 10**30, "completion_tokens": 1}]
)
async def test_tokens_are_estimated_where_the_server_does_not_count_or_counts_nonsense(usage: Any) -> None:
    assert 1 < await spent("tokens", Says(GOOD.texts, usage=usage), tokens=3_000) < 6


async def test_seconds_end_a_question_under_way() -> None:
    slow = Says(GOOD.texts, seconds=20.0)
    async with Opened(GOOD, slow, seconds=0.5) as (planner, server), asyncio.timeout(10.0):
        await planner.plans(request())
        with pytest.raises(PlannerFault, match=r"the 0.5 seconds for t are spent \(planner.seconds\)"):
            await planner.plans(request(round=1))
        with pytest.raises(PlannerFault, match="seconds for t are spent"):
            await planner.plans(request(round=2))
        assert len(server.asked) == 2


async def test_questions_at_once_do_not_exceed_the_calls_together() -> None:
    async with Opened(Says(GOOD.texts, seconds=0.1), calls=4) as (planner, server):
        results = await asyncio.gather(*(planner.plans(request(f"⊢ {number} < n")) for number in range(10)), return_exceptions=True)
    assert sum(isinstance(result, PlannerFault) for result in results) == 6
    assert len(server.asked) == 4


async def test_the_plans_that_the_last_call_gave_are_not_lost_with_it() -> None:
    async with Opened(Says((plan_text("0 < n"),), most=1), samples=3, calls=2) as (planner, _):
        assert statements(await planner.plans(request())) == ["0 < n"]


# The record.


async def test_every_exchange_is_recorded(journal: FileJournal, tmp_path: Path) -> None:
    async with Opened(GOOD, Refuses(400, "no"), journal=journal, samples=1) as (planner, server):
        await planner.plans(request())
        with pytest.raises(PlannerFault):
            await planner.plans(request(round=1))
        good, bad = recorded(tmp_path / "planner.jsonl")
        assert good["messages"] == server.questions[0]["messages"]
    assert (good["theorem"], good["statement_hash"]) == ("t", request().state.statement.hash)
    assert good["parameters"] == {"model": "tiny", "temperature": 1.0, "max_tokens": 4096, "n": 1}
    assert good["answers"] == [{"text": GOOD.texts[0], "finish": "stop"}]
    assert good["usage"] == {"read": 100, "written": 20, "estimated": False}
    assert good["error"] == ""
    assert good["seconds"] > 0
    assert bad["answers"] == []
    assert "refused the question (400)" in bad["error"]


async def conversation(planner: ChatPlanner) -> list[list[Plan]]:
    """A run's questions: two rounds about one goal, the first asked twice, and one about another theorem."""
    first = await planner.plans(request())
    again = await planner.plans(request())
    second = await planner.plans(request(round=1, rejected=(Rejected(first[0], "stuck"),)))
    other = await planner.plans(request(name="u"))
    return [first, again, second, other]


SCRIPT = (WRONG, *(Says((plan_text(f"n ≠ {number}"), plan_text(f"n < {number}"))) for number in range(2, 9)))


async def test_a_run_that_is_continued_has_its_plans_again_and_asks_only_what_is_new(tmp_path: Path) -> None:
    path = tmp_path / "planner.jsonl"
    journal = FileJournal(path)
    async with Opened(*SCRIPT, journal=journal) as (planner, server):
        before = await conversation(planner)
        assert len(server.asked) == 5
    journal.close()
    journal = FileJournal(path)
    async with Opened(GOOD, journal=journal) as (planner, server):
        assert await conversation(planner) == before
        assert not server.asked
        assert planner.counts["recalled"] == 5
        await planner.plans(request(name="v"))
        assert len(server.asked) == 1
    journal.close()


async def test_a_line_that_a_crash_cut_short_is_dropped_and_its_question_asked_again(tmp_path: Path) -> None:
    path = tmp_path / "planner.jsonl"
    journal = FileJournal(path)
    async with Opened(*SCRIPT, journal=journal) as (planner, _):
        before = await conversation(planner)
    journal.close()
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2]) + b"[" * 100_000 + b'\n{"question": 3}\nnull\n\xff\n' + b"".join(lines[2:4]) + lines[4][:-20])
    journal = FileJournal(path)
    async with Opened(SCRIPT[-4], journal=journal) as (planner, server):
        assert await conversation(planner) == before
        assert len(server.asked) == 1
    journal.close()
    assert recorded_tail(path)["theorem"] == "u"


def recorded_tail(path: Path) -> dict[str, Any]:
    last: dict[str, Any] = json.loads(path.read_bytes().splitlines()[-1])
    return last


CHILD = """
import asyncio, sys
from pathlib import Path
from planners.chat.journal import FileJournal
from planners.chat.planner import connect
from prover.config import PlannerConfig
from tests.planners.test_chat_planner import conversation

async def main():
    config = PlannerConfig(kind="llm", endpoints=(sys.argv[1],))
    await conversation(await connect(config, None, FileJournal(Path(sys.argv[2])), lean_version="4.28.0"))

asyncio.run(main())
"""


async def test_a_run_that_is_killed_loses_the_question_in_flight_and_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "planner.jsonl"
    with chat_server(*SCRIPT[:3], Says(("never",), seconds=60.0)) as server:
        child = await asyncio.create_subprocess_exec(sys.executable, "-c", CHILD, server.url("script"), str(path))
        async with asyncio.timeout(60.0):
            while len(server.asked) < 4:
                await asyncio.sleep(0.02)
            child.kill()
            await child.wait()
    journal = FileJournal(path)
    async with Opened(*SCRIPT[3:], journal=journal) as (planner, server):
        plans = await conversation(planner)
        assert planner.counts["recalled"] == 3
        assert len(server.asked) == 2
    async with Opened(*SCRIPT) as (planner, _):
        assert await conversation(planner) == plans
    journal.close()


async def test_what_the_journal_answers_counts_as_what_it_cost(tmp_path: Path) -> None:
    path = tmp_path / "planner.jsonl"
    for _ in range(2):
        journal = FileJournal(path)
        async with Opened(GOOD, journal=journal, calls=2) as (planner, _):
            await planner.plans(request())
            await planner.plans(request())
            with pytest.raises(PlannerFault, match="calls"):
                await planner.plans(request())
        journal.close()
    assert len(recorded(path)) == 2


async def test_a_question_that_failed_is_asked_again_by_the_run_that_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "planner.jsonl"
    journal = FileJournal(path)
    async with Opened(Refuses(400), journal=journal, samples=1) as (planner, _):
        with pytest.raises(PlannerFault):
            await planner.plans(request())
    async with Opened(GOOD, journal=journal) as (planner, server):
        assert len(await planner.plans(request())) == 2
        assert len(server.asked) == 1
    journal.close()


async def test_a_journal_that_cannot_be_written_is_a_fault(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match="cannot write to"):
        FileJournal(tmp_path / "nowhere" / "planner.jsonl")
    journal = FileJournal(tmp_path / "planner.jsonl")
    async with Opened(GOOD, journal=journal) as (planner, _):
        journal.close()
        with pytest.raises(PlannerFault, match="cannot write to"):
            await planner.plans(request())


async def test_the_key_is_in_no_record_no_log_no_plan_and_no_message(journal: FileJournal, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    async with Opened(Echoes(), Refuses(500, "{key}"), Refuses(400, "{key}"), journal=journal, retries=0) as (planner, server):
        plans = await planner.plans(request())
        assert len(plans) == 1  # without the key, both answers are one
        for number in (1, 2):
            with pytest.raises(PlannerFault) as caught:
                await planner.plans(request(round=number))
            check_without_key(caught.value)
        assert KEY not in repr(plans)
        assert KEY not in json.dumps(planner.identity)
        assert f"Bearer {KEY}" in server.keys
    assert KEY not in (tmp_path / "planner.jsonl").read_text(encoding="utf-8")
    assert KEY not in caplog.text


async def test_the_identity_is_what_decides_the_plans_and_not_where_they_come_from() -> None:
    identities = []
    for paths in (("script",), ("hang", "script")):
        async with Opened(GOOD, paths=paths) as (planner, _):
            identities.append(planner.identity)
    assert identities[0] == identities[1]
    assert {"kind": "llm", "model": "tiny", "samples": 2, "temperature": 1.0, "max_tokens": 4096}.items() <= identities[0].items()


async def test_many_goals_at_once_get_their_own_plans() -> None:
    async with Opened(Says(GOOD.texts, seconds=0.2)) as (planner, server):
        results = await asyncio.gather(*(planner.plans(request(name=f"t{number}")) for number in range(16)))
    assert all(len(plans) == 2 for plans in results)
    assert server.most > 1
