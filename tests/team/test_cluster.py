"""The cluster, on real Ray, each test in namespaces of its own. Most on step-provers of words, which cost nothing; the last ones on real Lean."""

import asyncio

import pytest

from prover.lean.answers import SourceError
from prover.proof.attempt import OutOfBudget, Proved
from prover.proof.step import Closed
from prover.team.cluster import ClusterProvers, Patience, connect
from tests.search.scripted import STATEMENT
from tests.team.equipment import WRONG, WordEquipment, job
from tests.team.isolation import isolated
from tests.team.ray_cluster import HEAD, ray_cluster

QUICK = Patience(join=60.0, poll=0.5, pulse=0.5, silent=5.0, prepare=120.0, pause=0.5, longest_pause=2.0, grace=5.0)


async def until_ready(provers: ClusterProvers, nodes: int) -> None:
    async with asyncio.timeout(60):
        while sum(node.state == "ready" for node in provers.status.nodes) != nodes:
            await asyncio.sleep(0.05)


@isolated(120)
async def test_a_cluster_of_one_node_searches_answers_and_cancels() -> None:
    said: list[str] = []
    async with ray_cluster(1), connect(HEAD, WordEquipment(), patience=QUICK, changed=lambda status: said.append(status.line)) as provers:
        assert provers.places == 2
        attempt = await provers.search(job("short"))
        assert isinstance(attempt, Proved)
        assert attempt.telemetry.lean_steps == 1
        assert isinstance(await provers.search(job("endless", seconds=0.3)), OutOfBudget)

        state = await provers.lean.start(STATEMENT)
        assert isinstance(await provers.lean.step(state, "go"), Closed)
        with pytest.raises(SourceError, match="unknown identifier 'nonsense'") as refused:
            await provers.lean.start(WRONG)
        assert (refused.value.kind, refused.value.line, refused.value.column) == ("elaboration", 1, 17)

        searches = [asyncio.create_task(provers.search(job("endless"))) for _ in range(10)]
        await asyncio.sleep(0.5)
        assert provers.status.nodes[0].running == 10
        for search in searches:
            search.cancel()
        await asyncio.wait(searches)
        async with asyncio.timeout(5):
            while provers.status.nodes[0].running:  # until they have ended there
                await asyncio.sleep(0.01)
        assert said[0].startswith("0 of 1 nodes ready")
        assert said[-1] == "1 of 1 nodes ready, 2 places"
