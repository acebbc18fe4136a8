"""A program that searches on a cluster until it is killed: `python -m tests.team.driver ADDRESS`."""

import asyncio
import os
import sys

from prover.lean.toolchain import cache_dir, provision_embedded
from prover.proof.attempt import Telemetry
from prover.search.settings import Budget, SearchSettings
from prover.team.agents import Job
from prover.team.cluster import connect
from tests.team.equipment import HARD, real_equipment


async def main(address: str) -> None:
    async with connect(address, real_equipment(provision_embedded(cache_dir(os.environ)))) as provers:
        hard = await provers.lean.start(HARD)
        sys.stdout.write("searching\n")
        sys.stdout.flush()
        await provers.search(Job("hard", hard, SearchSettings(), Budget(600)), Telemetry())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
