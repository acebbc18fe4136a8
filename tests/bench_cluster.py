"""The part `cluster` of `make bench`: two nodes on this machine, in namespaces of their own, each with one real Lean."""

import asyncio
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from typing import Any

from prover.lean.toolchain import Toolchain, cache_dir, provision_embedded
from prover.proof.attempt import Telemetry
from prover.proof.state import ProofState
from prover.search.settings import Budget, SearchSettings
from prover.team.agents import Job
from prover.team.cluster import ClusterProvers, connect
from tests.bench_runs import ROOT, entry
from tests.team.equipment import EASY, HARD, real_equipment
from tests.team.isolation import inside, missing
from tests.team.ray_cluster import HEAD, ray_cluster

CANCELLED = 120
AT_ONCE = 4
SHORT = 60


async def cluster(_: Toolchain) -> dict[str, Any]:
    """Nothing, where the machine lets nobody have namespaces."""
    if missing():
        return {}
    with tempfile.TemporaryDirectory(prefix="stepwise-bench-", ignore_cleanup_errors=True) as folder:
        command = inside(sys.executable, "-m", "tests.bench_cluster")
        environ = {**os.environ, "TMPDIR": folder}
        done = await asyncio.to_thread(subprocess.run, command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, check=True, timeout=900)
    figures: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return figures


async def measured() -> dict[str, Any]:
    equipment = real_equipment(provision_embedded(cache_dir(os.environ)))
    async with ray_cluster(1, 2):
        began = time.monotonic()
        async with connect(HEAD, equipment) as provers:
            first = time.monotonic() - began
            while len([node for node in provers.status.nodes if node.state == "ready"]) < 2:
                await asyncio.sleep(0.05)
            both = time.monotonic() - began
            hard, easy = await provers.lean.start(HARD), await provers.lean.start(EASY[0])
            cancelled = await cancel_ms(provers, hard)
            extra = await overhead_ms(provers, easy)
    return {
        "cluster_first_host_seconds": entry(first, "s", 1),
        "cluster_two_hosts_seconds": entry(both, "s", 1),
        "cancel_ms_p50": entry(cancelled[len(cancelled) // 2], "ms", len(cancelled)),
        "cancel_ms_p95": entry(cancelled[int(0.95 * len(cancelled))], "ms", len(cancelled)),
        "cluster_job_overhead_ms": entry(extra[len(extra) // 2], "ms", len(extra)),
    }


async def cancel_ms(provers: ClusterProvers, state: ProofState) -> list[float]:
    """From a cancellation until it is known here that the search has ended on its node; sorted."""
    rng = random.Random(0)

    async def one() -> float:
        search = asyncio.create_task(provers.search(Job("hard", state, SearchSettings(), Budget(600)), Telemetry()))
        await asyncio.sleep(rng.uniform(0.1, 1.5))
        began = time.monotonic()
        search.cancel()
        await asyncio.wait({search})
        return 1_000 * (time.monotonic() - began)

    found: list[float] = []
    while len(found) < CANCELLED:
        found += await asyncio.gather(*(one() for _ in range(AT_ONCE)))
    return sorted(found)


async def overhead_ms(provers: ClusterProvers, state: ProofState) -> list[float]:
    """What a search takes beyond what it takes on its node; sorted."""
    found: list[float] = []
    for _ in range(SHORT):
        began = time.monotonic()
        attempt = await provers.search(Job("easy", state, SearchSettings(), Budget(60)), Telemetry())
        found.append(1_000 * (time.monotonic() - began - attempt.telemetry.seconds))
    return sorted(found)


if __name__ == "__main__":
    sys.stdout.write(json.dumps(asyncio.run(measured())) + "\n")
