"""Step-provers on a Ray cluster: see `prover.team.agents.StepProvers`.

Each node that offers processors has one host, with its own Lean processes and policy; a search runs on one of them from beginning to end. This
process only says what to search for and hears what came of it, so a node, a host or this process may die at any time: what is lost is the
search in flight. Every node needs this program, in the same version, and Ray's token. Costs a few milliseconds a search.
"""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Literal

from prover.proof.attempt import Attempt, Telemetry
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import StepResult
from prover.team.agents import AgentLost, Job
from prover.team.hosts import Hosts, NodeStatus, RemoteHost
from prover.team.hosts import Patience as Patience
from prover.team.node import Equipment
from prover.team.session import ClusterUnavailable as ClusterUnavailable
from prover.team.session import joined

_TRIES = 3
"""Hosts that one step may lose before the step is taken to be the reason."""


@dataclass(frozen=True, slots=True)
class ClusterStatus:
    """Attributes:
    fault: what keeps the cluster from telling which nodes there are; empty where nothing does.
    """

    nodes: tuple[NodeStatus, ...]
    fault: str = ""

    @property
    def places(self) -> int:
        return sum(node.places for node in self.nodes)

    @property
    def line(self) -> str:
        """For people: what is there, and all that is not as it should be."""
        ready = sum(node.state == "ready" for node in self.nodes)
        wrong = [f"{node.name}: {node.detail}" for node in self.nodes if node.detail]
        return "; ".join([f"{ready} of {len(self.nodes)} nodes ready, {self.places} places", *wrong, *([self.fault] if self.fault else [])])


class ClusterProvers:
    """Made by `connect`."""

    def __init__(self, hosts: Hosts, patience: Patience) -> None:
        self._hosts, self._patience = hosts, patience
        self._news = asyncio.Event()
        self._lean = RemoteLean(self.ready, patience.call)
        self._wakes: list[Callable[[], None]] = []

    @property
    def lean(self) -> "RemoteLean":
        return self._lean

    @property
    def places(self) -> int:
        return sum(host.places for host in self._hosts.ready)

    @property
    def status(self) -> ClusterStatus:
        return ClusterStatus(tuple(self._hosts.statuses), self._hosts.fault)

    def on_change(self, wake: Callable[[], None]) -> None:
        """``wake`` is called from now on whenever `places` may have changed."""
        self._wakes.append(wake)

    def changed(self) -> None:
        """To be called after every change of the hosts."""
        self._news.set()
        for wake in self._wakes:
            wake()

    async def search(self, job: Job, spent: Telemetry) -> Attempt:
        """On the host with the most room. Waits while there is none: `status` says why.

        Raises:
            ClusterUnavailable: the cluster was lost.
        """
        host = min(await self.ready(), key=lambda host: host.load)
        return await host.search(job, spent, job.budget.seconds + self._patience.grace)

    async def ready(self) -> Sequence[RemoteHost]:
        """The hosts that are ready, as soon as there is one.

        Raises:
            ClusterUnavailable: the cluster was lost.
        """
        while self._hosts.lost or not (hosts := self._hosts.ready):
            if self._hosts.lost:
                raise ClusterUnavailable(f"{self._hosts.fault}; start it again, and this run: it goes on where it was")
            self._news.clear()
            await self._news.wait()
        return hosts

    async def first(self) -> None:
        """Waits for the first host.

        Raises:
            ClusterUnavailable: there will be none.
        """
        try:
            async with asyncio.timeout(self._patience.prepare):
                while not self._hosts.ready:
                    self._news.clear()
                    async with asyncio.timeout(None if self._hosts.statuses else self._patience.join):
                        await self._news.wait()
                    wrong = [f"{node.name}: {node.detail}" for node in self._hosts.statuses if node.state == "unfit"]
                    if wrong and len(wrong) == len(self._hosts.statuses):
                        raise ClusterUnavailable(f"no node of the cluster can prove: {'; '.join(wrong)}")
        except TimeoutError:
            wrong_line = self.status.line if self._hosts.statuses else "no node offers processors (`ray start --num-cpus …`)"
            raise ClusterUnavailable(f"the cluster does not get ready: {wrong_line}") from None


class RemoteLean:
    """`prover.proof.lean.Lean` on the hosts: a state is a value, so any of them can be brought to it."""

    def __init__(self, ready: Callable[[], Any], seconds: float) -> None:
        """Args:
        ready: the hosts there are.
        seconds: for one call.
        """
        self._ready, self._seconds = ready, seconds

    async def start(self, statement: Statement) -> ProofState:
        state: ProofState = await self._somewhere(statement, "start", statement)
        return state

    async def step(self, state: ProofState, tactic: str, *, heartbeats: int | None = None, priority: int = 0) -> StepResult:
        """Raises `AgentLost` when it has cost several hosts."""
        result: StepResult = await self._somewhere(state.statement, "step", state, tactic, heartbeats, priority)
        return result

    async def _somewhere(self, statement: Statement, method: Literal["start", "step"], *arguments: object) -> Any:
        for left in reversed(range(_TRIES)):
            host = _at_home(await self._ready(), statement)
            try:
                return await host.lean(self._seconds, method, *arguments)
            except AgentLost:
                if not left:
                    raise
        raise AssertionError


def _at_home(hosts: Sequence[RemoteHost], statement: Statement) -> RemoteHost:
    """The host that is likeliest to know the statement's states: the same each time, while it is there and has room (rendezvous hashing)."""

    def weight(host: RemoteHost) -> bytes:
        return hashlib.blake2b(f"{host.name}\0{statement.hash}".encode()).digest()

    roomy = [host for host in hosts if host.steps < host.places]
    return min(roomy, key=weight) if roomy else min(hosts, key=lambda host: host.steps / max(1, host.places))


@asynccontextmanager
async def connect(
    address: str, equipment: Equipment, *, patience: Patience | None = None, changed: Callable[[ClusterStatus], None] | None = None
) -> AsyncIterator[ClusterProvers]:
    """Joins a cluster and puts a host on each of its nodes; ends them all at the end. Waits until the first host is ready.

    Args:
        address: ``HOST:PORT`` of the cluster's head, or ``auto`` for the one that this machine is part of.
        equipment: of the nodes.
        changed: told after every change, from the first node that is seen.

    Raises:
        ClusterUnavailable: there is no cluster, it does not take this program, or none of its nodes can host step-provers.
    """
    patience = patience or Patience()

    def tell() -> None:
        provers.changed()
        if changed is not None:
            changed(provers.status)

    async with joined(address, patience.join) as ray:
        hosts = Hosts(ray, equipment, patience, tell)
        provers = ClusterProvers(hosts, patience)
        keeping = asyncio.create_task(hosts.run())
        try:
            await provers.first()
            yield provers
        finally:
            keeping.cancel()
            await asyncio.gather(keeping, return_exceptions=True)
