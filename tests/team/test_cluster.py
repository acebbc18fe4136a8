"""The cluster, on real Ray, each test in namespaces of its own. Most on step-provers of words, which cost nothing; the last ones on real Lean."""

import asyncio
import os
import signal
import sys
from contextlib import suppress
from dataclasses import replace

import pytest

from prover.lean.answers import SourceError
from prover.lean.toolchain import Toolchain
from prover.proof.attempt import OutOfBudget, Proved, Telemetry
from prover.proof.script import lines
from prover.proof.state import ProofState
from prover.proof.step import Closed
from prover.search.settings import Budget, SearchSettings
from prover.team.agents import AgentLost, Job
from prover.team.cluster import ClusterProvers, ClusterUnavailable, Patience, connect
from tests.search.scripted import STATEMENT
from tests.team.equipment import EASY, HARD, WRONG, WordEquipment, job, real_equipment
from tests.team.isolation import isolated
from tests.team.ray_cluster import HEAD, below, gone, hosts, ray_cluster

QUICK = Patience(join=60.0, poll=0.5, pulse=0.5, silent=5.0, prepare=120.0, pause=0.5, longest_pause=2.0, grace=5.0)

LEAN = replace(QUICK, silent=20.0, grace=20.0)


def work(state: ProofState, seconds: float) -> Job:
    return Job(state.statement.name, state, SearchSettings(), Budget(seconds))


async def until_ready(provers: ClusterProvers, nodes: int) -> None:
    async with asyncio.timeout(120):
        while sum(node.state == "ready" for node in provers.status.nodes) != nodes:
            await asyncio.sleep(0.05)


@isolated(120)
async def test_a_cluster_of_one_node_searches_answers_and_cancels() -> None:
    said: list[str] = []
    async with ray_cluster(1), connect(HEAD, WordEquipment(), patience=QUICK, changed=lambda status: said.append(status.line)) as provers:
        assert provers.places == 2
        spent = Telemetry()
        assert isinstance(await provers.search(job("short"), spent), Proved)
        assert spent.lean_steps == 1
        assert isinstance(await provers.search(job("endless", seconds=0.3), Telemetry()), OutOfBudget)

        state = await provers.lean.start(STATEMENT)
        assert isinstance(await provers.lean.step(state, "go"), Closed)
        with pytest.raises(SourceError, match="unknown identifier 'nonsense'") as refused:
            await provers.lean.start(WRONG)
        assert (refused.value.kind, refused.value.line, refused.value.column) == ("elaboration", 1, 17)

        searches = [asyncio.create_task(provers.search(job("endless"), spent)) for _ in range(10)]
        await asyncio.sleep(0.5)
        assert provers.status.nodes[0].running == 10
        for search in searches:
            search.cancel()
        await asyncio.wait(searches)
        assert provers.status.nodes[0].running == 0  # they have ended there
        assert spent.lean_steps > 10
        assert said[0].startswith("0 of 1 nodes ready")
        assert said[-1] == "1 of 1 nodes ready, 2 places"


@pytest.mark.parametrize(
    ("address", "advice"),
    [
        ("127.0.0.1:1", "no cluster answers at 127.0.0.1:1 .*`ray start --head"),
        ("ray://127.0.0.1:10001", "give HOST:PORT"),
        ("localhost", "HOST:PORT"),
    ],
)
async def test_where_there_is_no_cluster_one_line_says_what_to_do(address: str, advice: str) -> None:
    with pytest.raises(ClusterUnavailable, match=advice) as refused:
        async with connect(address, WordEquipment()):
            pass
    assert "\n" not in str(refused.value)


@pytest.mark.full
@isolated(240)
async def test_a_cluster_that_does_not_take_this_program_says_so(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    async def refusal(address: str = HEAD, patience: Patience = QUICK) -> str:
        with pytest.raises(ClusterUnavailable) as refused:
            async with connect(address, WordEquipment(unfit="1"), patience=patience):
                pass
        assert "\n" not in str(refused.value)
        return str(refused.value)

    assert "Could not find any running Ray instance" in await refusal("auto")
    async with ray_cluster(1):
        assert "no node of the cluster can prove" in (said := await refusal())
        assert "no Lean: nobody brought one" in said
        monkeypatch.setenv("RAY_AUTH_TOKEN", "f" * 64)
        assert "does not take the token" in await refusal()
        monkeypatch.delenv("RAY_AUTH_TOKEN")
        monkeypatch.setenv("HOME", os.environ["TMPDIR"])
        assert "wants its token" in await refusal()
        monkeypatch.delenv("RAY_AUTH_MODE")
        assert "wants its token" in await refusal()

        silent = await asyncio.start_server(lambda *_: None, "127.0.0.1", 7000)
        async with silent:
            assert "no answer" in await refusal("127.0.0.1:7000", Patience(join=3.0))
    assert "Unauthenticated" not in capfd.readouterr().err


@pytest.mark.full
@isolated(240)
async def test_a_host_that_dies_hangs_or_goes_with_its_node_costs_the_search_in_flight_and_no_more() -> None:
    async with ray_cluster(1, 2) as cluster, connect(HEAD, WordEquipment(), patience=QUICK) as provers:
        await until_ready(provers, 2)
        assert provers.places == 4

        async def two_searches() -> list[asyncio.Task[object]]:
            """One on each node."""
            searches: list[asyncio.Task[object]] = [asyncio.create_task(provers.search(job("endless"), Telemetry())) for _ in range(2)]
            await asyncio.sleep(0.3)
            assert [node.running for node in provers.status.nodes] == [1, 1]
            return searches

        async def one_is_lost(searches: list[asyncio.Task[object]], seconds: float) -> None:
            async with asyncio.timeout(seconds):
                done, rest = await asyncio.wait(searches, return_when=asyncio.FIRST_COMPLETED)
            assert [type(search.exception()) for search in done] == [AgentLost]
            [other] = rest
            assert isinstance(await provers.search(job("short"), Telemetry()), Proved)  # another does it, at once
            assert not other.done()
            other.cancel()
            await asyncio.wait({other})

        with pytest.raises(AgentLost, match="no answer within"):
            await provers.search(job("stuck", seconds=0.5), Telemetry())

        searches = await two_searches()
        [victim] = hosts(2)
        os.kill(victim, signal.SIGKILL)
        await one_is_lost(searches, 5)
        await until_ready(provers, 2)

        searches = await two_searches()
        [victim] = hosts(2)
        os.kill(victim, signal.SIGSTOP)
        await one_is_lost(searches, QUICK.silent + QUICK.pulse + 5)
        await until_ready(provers, 2)

        searches = await two_searches()
        cluster.kill(2)
        await one_is_lost(searches, QUICK.silent + QUICK.pulse + 5)
        async with asyncio.timeout(90):
            while len(provers.status.nodes) != 1:
                await asyncio.sleep(0.1)
        assert provers.places == 2

        cluster.start(2)
        await until_ready(provers, 2)
        state = await provers.lean.start(STATEMENT)
        for number in (1, 2):  # wherever the step would go, and whoever is gone: another host knows how
            [victim] = hosts(number)
            os.kill(victim, signal.SIGKILL)
            assert isinstance(await provers.lean.step(state, "go"), Closed)
            await until_ready(provers, 2)


@pytest.mark.full
@isolated(120)
async def test_nodes_that_join_later_are_used_and_a_search_waits_for_the_first() -> None:
    async with ray_cluster(1) as cluster, connect(HEAD, WordEquipment(), patience=QUICK) as provers:
        [victim] = hosts(1)
        os.kill(victim, signal.SIGKILL)
        with pytest.raises(AgentLost):
            await provers.search(job("endless"), Telemetry())
        assert provers.places == 0
        assert isinstance(await provers.search(job("short"), Telemetry()), Proved)
        cluster.start(2)
        await until_ready(provers, 2)
        assert len(provers.status.nodes) == 2


@pytest.mark.full
@isolated(120)
async def test_a_cluster_that_has_lost_its_head_is_given_up_with_one_line() -> None:
    async with ray_cluster(1, 2) as cluster, connect(HEAD, WordEquipment(), patience=replace(QUICK, head=3.0)) as provers:
        await until_ready(provers, 2)
        cluster.kill(1)

        async def search_on() -> None:
            while True:
                with suppress(AgentLost):
                    await provers.search(job("short"), Telemetry())
                await asyncio.sleep(0.1)

        with pytest.raises(ClusterUnavailable, match=r"head of the cluster does not answer.*start it again"):
            await asyncio.wait_for(search_on(), 20)  # Ray gives the program a minute, then ends it


@pytest.mark.full
@isolated(300, first="toolchain")
async def test_two_nodes_prove_with_lean_of_their_own(toolchain: Toolchain) -> None:
    """A host that is killed takes its Lean with it, and its search is for another; a Lean that hangs costs a replay."""
    async with ray_cluster(1, 2), connect(HEAD, real_equipment(toolchain), patience=LEAN) as provers:
        await until_ready(provers, 2)
        roots = [await provers.lean.start(statement) for statement in EASY]
        with pytest.raises(SourceError, match="nonsense"):
            await provers.lean.start(WRONG)
        attempts = await asyncio.gather(*(provers.search(work(root, 60), Telemetry()) for root in roots))
        for root, attempt in zip(roots, attempts, strict=True):
            assert isinstance(attempt, Proved), attempt
            step = await provers.lean.step(root, "\n".join(lines(attempt.proof)))
            assert isinstance(step, Closed), step

        hard = await provers.lean.start(HARD)
        searches = [asyncio.create_task(provers.search(work(hard, 120), Telemetry())) for _ in range(2)]
        await asyncio.sleep(2)
        assert [node.running for node in provers.status.nodes] == [1, 1]
        [victim] = hosts(2)
        lean = below(victim)
        assert lean
        os.kill(victim, signal.SIGKILL)
        await gone([victim, *lean])
        done, rest = await asyncio.wait(searches, return_when=asyncio.FIRST_COMPLETED)
        assert [type(search.exception()) for search in done] == [AgentLost]

        for pid in below(*hosts(1)):
            os.kill(pid, signal.SIGSTOP)
        assert isinstance(await provers.search(work(roots[0], 60), Telemetry()), Proved)
        assert not next(iter(rest)).done()
        await asyncio.gather(*(_cancelled(search) for search in rest))
        everything = [*hosts(1), *hosts(2), *below(*hosts(1), *hosts(2))]
    await gone(everything)


async def _cancelled(search: asyncio.Task[object]) -> None:
    search.cancel()
    await asyncio.wait({search})


@pytest.mark.full
@isolated(240, first="toolchain")
async def test_a_driver_that_is_killed_takes_its_hosts_and_their_lean_with_it(toolchain: Toolchain) -> None:
    async with ray_cluster(1):
        driver = await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.team.driver", HEAD, stdout=asyncio.subprocess.PIPE)
        assert driver.stdout is not None
        assert await driver.stdout.readline() == b"searching\n"
        await asyncio.sleep(1)
        everything = [*hosts(1), *below(*hosts(1))]
        assert len(everything) > 1
        driver.kill()
        await driver.wait()
        await gone(everything)
