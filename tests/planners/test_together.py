"""Several planners as one, and what the settings choose."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from planners.chat.journal import FileJournal, Unrecorded
from planners.choose import journal_of, planner_of
from planners.plan import Lemma, Plan
from planners.planner import PlannerFault, PlanRequest
from planners.together import Together
from prover.config import PlannerConfig
from tests.planners.chat_server import Refuses, Says, chat_server
from tests.planners.test_chat_planner import GOOD, plan_text, request, statements


class Fixed:
    """Has these plans, or this fault."""

    def __init__(self, answer: Sequence[Plan] | PlannerFault) -> None:
        self._answer = answer

    @property
    def identity(self) -> dict[str, object]:
        return {"kind": "fixed"}

    async def plans(self, _: PlanRequest) -> Sequence[Plan]:
        if isinstance(self._answer, PlannerFault):
            raise self._answer
        return self._answer


def plan(statement: str, origin: str = "") -> Plan:
    return Plan((Lemma("h", f": {statement}"),), uses=("h",), origin=origin)


async def test_plans_of_the_first_come_first_and_none_comes_twice() -> None:
    together = Together((Fixed([plan("a"), plan("b")]), Fixed([plan("b", "other"), plan("c")])))
    assert statements(await together.plans(request())) == ["a", "b", "c"]
    assert together.identity == {"kind": "together", "planners": [{"kind": "fixed"}, {"kind": "fixed"}]}


async def test_one_that_faults_is_left_out_and_its_fault_is_kept() -> None:
    together = Together((Fixed(PlannerFault("spent")), Fixed([plan("c")])))
    for _ in range(2):
        assert statements(await together.plans(request())) == ["c"]
    assert together.faults == ("spent",)


async def test_when_all_fault_there_is_no_answer() -> None:
    with pytest.raises(PlannerFault, match="first"):
        await Together((Fixed(PlannerFault("first")), Fixed(PlannerFault("second")))).plans(request())


async def test_no_planner_where_none_is_wanted() -> None:
    async with planner_of(PlannerConfig(), None, Unrecorded()) as planner:
        assert planner is None


async def test_a_record_is_kept_where_there_is_a_server_to_exchange_with(tmp_path: Path) -> None:
    async with journal_of(PlannerConfig(kind="structural"), tmp_path) as journal:
        assert isinstance(journal, Unrecorded)
    assert not list(tmp_path.iterdir())
    async with journal_of(PlannerConfig(kind="llm"), tmp_path) as journal:
        assert isinstance(journal, FileJournal)
    assert [path.name for path in tmp_path.iterdir()] == ["planner.jsonl"]


async def test_a_language_model_comes_first_and_the_structural_planner_stays_when_it_fails() -> None:
    pytest.importorskip("planners.structural")
    with chat_server(Says((plan_text("0 < n"),)), Refuses(500)) as server:
        config = PlannerConfig(kind="llm", endpoints=(server.url("script"),), retries=0)
        async with planner_of(config, None, Unrecorded()) as planner:
            assert planner is not None
            assert statements(list(await planner.plans(request())))[:1] == ["0 < n"]
            assert isinstance(planner, Together)
            await planner.plans(request(round=1))
            assert "answered 500" in planner.faults[0]


async def test_the_key_of_a_server_of_ones_own_may_be_a_letter() -> None:
    pytest.importorskip("planners.structural")
    with chat_server(GOOD) as server:
        config = PlannerConfig(kind="llm", endpoints=(server.url("script"),))
        async with planner_of(config, "n", Unrecorded()) as planner:
            assert planner is not None
            assert statements(list(await planner.plans(request())))[:1] == ["0 < n"]
