"""From options to what tries the statements of a run: one search each, or a team each; in this process, or on a cluster."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console

from planners.choose import journal_of, planner_of
from planners.together import Together
from prover.cache.link import Health
from prover.cache.opening import open_cache, said
from prover.cli.environment import Lean, lean_words
from prover.config import Settings
from prover.evaluation.run_directory import RunDirectory
from prover.evaluation.runner import Crew
from prover.evaluation.solvers import SearchSolver, Solver, TeamSolver
from prover.lean.toolchain import cache_dir
from prover.policy.choose import policy_of
from prover.policy.identity import Identity, OpenPolicy
from prover.team.cluster import ClusterProvers, ClusterStatus, connect
from prover.team.local import LocalProvers
from prover.team.node import NodeEquipment
from prover.team.sharing import Sharing


@dataclass(frozen=True, slots=True)
class Searchers:
    """What searches in a run: a policy in this process, or the nodes of a cluster, with policies of their own.

    Attributes:
        identity: of the policy, for the run's record.
    """

    by: OpenPolicy | ClusterProvers
    identity: Identity


@asynccontextmanager
async def searchers_of(
    cluster: str | None, lean: Lean, cache: Path | None, settings: Settings, environ: Mapping[str, str], console: Console
) -> AsyncIterator[Searchers]:
    """Opens the policy, or joins the cluster.

    Args:
        cluster: address of its head; None for this process alone.
        cache: folder of the embedded Lean, where the user named one.
    """
    if cluster is None:
        async with policy_of(settings.policy, environ) as policy:
            yield Searchers(policy, policy.identity)
        return
    shown = ""

    def show(status: ClusterStatus) -> None:
        nonlocal shown
        if (line := status.line) != shown:
            shown = line
            console.print(f"cluster: {line}", highlight=False)

    async with connect(cluster, NodeEquipment.like(lean.toolchain, settings, cache), changed=show) as provers:
        yield Searchers(provers, settings.policy.model_dump(mode="json"))


@asynccontextmanager
async def solver_of(
    searchers: Searchers, lean: Lean, crew: Crew, settings: Settings, directory: RunDirectory, environ: Mapping[str, str], console: Console
) -> AsyncIterator[Solver]:
    """A search for each statement; a team where there is a planner, a cache or a cluster to work with."""
    alone = settings.planner.kind == "none" and settings.cache.server == "off"
    if alone and not isinstance(searchers.by, ClusterProvers):
        yield SearchSolver(crew.pool, searchers.by, settings, directory)
        return

    def say(health: Health) -> None:
        console.print(said(health), highlight=False)

    provers = searchers.by if isinstance(searchers.by, ClusterProvers) else LocalProvers(crew.pool, searchers.by)
    key = environ.get(settings.planner.api_key_variable)
    async with (
        journal_of(settings.planner, directory.path) as journal,
        planner_of(settings.planner, key, journal, lean_version=crew.lean_version) as planner,
        open_cache(settings.cache, cache_dir(environ), environ.get(settings.cache.password_variable), say) as cache,
    ):
        sharing = Sharing(cache, provers.lean)
        solver = TeamSolver(provers, sharing, planner, settings, directory, lean=lean_words(lean.toolchain), policy=searchers.identity)
        if isinstance(searchers.by, ClusterProvers):
            searchers.by.on_change(solver.places_changed)
        async with sharing.listening():
            yield solver
        for fault in dict.fromkeys((*solver.faults, *(planner.faults if isinstance(planner, Together) else ()))):
            console.print(f"planner: {fault}", highlight=False)
