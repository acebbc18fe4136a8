"""A host by itself: what its calls answer, and how they are cancelled."""

import asyncio
import pickle

import pytest

import prover
from prover.lean.answers import SourceError
from prover.lean.worker import DeadlinePassed, WorkerDied
from prover.proof.attempt import Proved
from prover.proof.proposal import PolicyFault
from prover.team.node import Done, Host, NotReady, Raised, Ready, Searched, WasCancelled
from tests.search.scripted import STATEMENT
from tests.team.equipment import WRONG, WordEquipment, job


@pytest.fixture
async def host(monkeypatch: pytest.MonkeyPatch) -> Host:
    monkeypatch.setenv("STEPWISE_TEST_NODE", "1")
    host = Host(WordEquipment(), prover.__version__)
    assert await host.prepare() == Ready(2)
    return host


async def test_answers_are_values_whatever_comes_of_a_call(host: Host) -> None:
    match await host.search(1, job("short")):
        case Searched(Done(Proved(proof)), spent):
            assert (proof.tactic, spent.lean_steps) == ("go", 1)
        case other:
            pytest.fail(str(other))
    assert isinstance(await host.start(2, STATEMENT), Done)
    match pickle.loads(pickle.dumps(await host.start(3, WRONG))):
        case Raised(SourceError(kind="elaboration", line=1, column=17)):
            pass
        case other:
            pytest.fail(str(other))


async def test_a_call_has_ended_when_its_cancellation_is_answered(host: Host) -> None:
    call = asyncio.create_task(host.search(1, job("endless")))
    await asyncio.sleep(0.05)
    assert await host.pulse() == 1
    await host.cancel(1)
    await asyncio.sleep(0)
    assert await host.pulse() == 0
    assert (await call).reply == WasCancelled()
    assert (await call).spent.lean_steps > 0


async def test_a_cancellation_may_overtake_its_call(host: Host) -> None:
    await host.cancel(1)
    assert (await host.search(1, job("endless"))).reply == WasCancelled()
    assert isinstance((await host.search(2, job("short"))).reply, Done)


async def test_closing_ends_every_call(host: Host) -> None:
    calls = [asyncio.create_task(host.search(number, job("endless"))) for number in range(3)]
    await asyncio.sleep(0.05)
    await host.close()
    assert [searched.reply for searched in await asyncio.gather(*calls)] == [WasCancelled()] * 3


async def test_a_node_that_cannot_prove_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("STEPWISE_TEST_NODE", "1")
    assert await Host(WordEquipment(unfit="1"), prover.__version__).prepare() == NotReady("no Lean: nobody brought one")
    match await Host(WordEquipment(), "0.0.1").prepare():
        case NotReady(reason):
            assert reason == f"stepwise-prover {prover.__version__} is installed, and the run has 0.0.1"
        case ready:
            pytest.fail(str(ready))


@pytest.mark.parametrize(
    "error",
    [
        SourceError("syntax", "unexpected token", 3, 4),
        WorkerDied("Lean ended", killed=True),
        DeadlinePassed(1.5, starved=True),
        PolicyFault("no answer"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_what_a_call_may_raise_arrives_as_it_was(error: Exception) -> None:
    copy = pickle.loads(pickle.dumps(Raised(error))).error
    assert (type(copy), str(copy), vars(copy)) == (type(error), str(error), vars(error))
