"""Step-provers of this process: searches that share one pool of Lean processes and one policy."""

from prover.lean.pool import Pool
from prover.proof.attempt import Attempt, Telemetry
from prover.search.best_first import Search
from prover.search.protocols import Policy
from prover.team.agents import Job

PLACES_PER_WORKER = 2
"""A theorem searched as a whole, and one of its subgoals, for each process: more only slow each other down."""


class LocalProvers:
    """See `prover.team.agents.StepProvers`. Whoever made the pool and the policy closes them."""

    def __init__(self, pool: Pool, policy: Policy) -> None:
        self._pool, self._policy = pool, policy

    @property
    def lean(self) -> Pool:
        return self._pool

    @property
    def places(self) -> int:
        return PLACES_PER_WORKER * len(self._pool.workers)

    async def search(self, job: Job, spent: Telemetry) -> Attempt:
        search = Search(self._pool, self._policy, job.settings, job.budget, at_once=len(self._pool.workers) + 1, priority=job.priority)
        try:
            return await search.close(job.state)
        finally:
            spent.include(search.telemetry)
