"""What runs on a node of a cluster: one host, with the node's step-provers.

Promises: every call is answered by a value, also one that fails or is cancelled, so that the answer says the same wherever it arrives; a call
that is cancelled has ended when the cancellation is answered, whichever of the two came first. Knows nothing of Ray: a host is an object with
asynchronous methods. This is the one place outside `prover.cli` that reads an environment, the node's: a node has its own cache folder
and keys, and no command line.
"""

import asyncio
import os
from collections.abc import AsyncIterator, Coroutine
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, Protocol

import prover
from prover.config import Settings
from prover.lean.answers import SourceError
from prover.lean.launch import ToolchainError
from prover.lean.pool import pool_of
from prover.lean.process import Recipe
from prover.lean.program import stepwise_program
from prover.lean.toolchain import EmbeddedLean, NativeLean, Toolchain, cache_dir, choose
from prover.lean.worker import DeadlinePassed, WorkerDied
from prover.policy.choose import policy_of
from prover.proof.attempt import Telemetry
from prover.proof.proposal import PolicyFault
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.team.agents import Job, StepProvers
from prover.team.local import LocalProvers

Expected = (SourceError, WorkerDied, DeadlinePassed, PolicyFault)
"""What a call may raise; anything else is a fault of this program, and Ray carries it."""

_EARLY_CANCELS = 1_000


class Unfit(Exception):
    """The node cannot host step-provers; one line for the user."""


class Equipment(Protocol):
    """Makes the step-provers of a node. Travels to it, so it can be pickled, and its module is installed there."""

    def open(self) -> AbstractAsyncContextManager[StepProvers]:
        """Raises:
        Unfit: there can be none on this node.
        """
        ...


@dataclass(frozen=True, slots=True)
class NodeEquipment:
    """A pool of Lean processes and a policy, of the node's own.

    Attributes:
        lean: which Lean; it is provisioned on the node where it is not there yet.
        identity: that it has to have (`Toolchain.identity`): one run, one Lean.
        project: of a native Lean; the same path on every node.
        cache: folder of the embedded Lean, where the user named one; else each node's own.
    """

    settings: Settings
    lean: Literal["embedded", "native"]
    identity: str
    project: Path | None = None
    cache: Path | None = None

    @classmethod
    def like(cls, toolchain: Toolchain, settings: Settings, cache: Path | None = None) -> "NodeEquipment":
        """For nodes with the same Lean as here.

        Raises:
            ToolchainError: it is none that nodes can have of their own.
        """
        match toolchain:
            case NativeLean():
                return cls(settings, "native", toolchain.identity, toolchain.project.absolute())
            case EmbeddedLean():
                return cls(settings, "embedded", toolchain.identity, None, cache)
            case _:
                raise ToolchainError(f"a cluster has native or embedded Leans, and this is {toolchain.identity}")

    @asynccontextmanager
    async def open(self) -> AsyncIterator[LocalProvers]:
        environ = dict(os.environ)
        if self.cache is not None:
            environ["STEPWISE_CACHE"] = str(self.cache)
        cache = cache_dir(environ)
        try:
            toolchain = await asyncio.to_thread(self._provisioned, cache, environ)
        except (ToolchainError, OSError) as error:
            raise Unfit(f"no Lean: {error}") from error
        if toolchain.identity != self.identity:
            raise Unfit(f"its Lean is {toolchain.identity}, and the run's {self.identity}")
        async with AsyncExitStack() as stack:
            try:
                policy = await stack.enter_async_context(policy_of(self.settings.policy, environ))
            except PolicyFault as fault:
                raise Unfit(str(fault)) from fault
            pool = pool_of(Recipe(toolchain, stepwise_program(cache)), self.settings.lean)
            stack.push_async_callback(pool.close)
            pool.warm_up()
            try:
                await pool.scan("")  # answered by a Lean that runs
            except (WorkerDied, DeadlinePassed) as error:
                raise Unfit(f"Lean does not start: {error}") from error
            yield LocalProvers(pool, policy)

    def _provisioned(self, cache: Path, environ: dict[str, str]) -> Toolchain:
        toolchain = choose(self.lean, self.project, cache, cache, environ)
        toolchain.prepare(stepwise_program(cache))
        return toolchain


@dataclass(frozen=True, slots=True)
class Ready:
    places: int


@dataclass(frozen=True, slots=True)
class NotReady:
    reason: str


@dataclass(frozen=True, slots=True)
class Done:
    value: Any


@dataclass(frozen=True, slots=True)
class Raised:
    error: Exception


@dataclass(frozen=True, slots=True)
class WasCancelled:
    pass


Reply = Done | Raised | WasCancelled


@dataclass(frozen=True, slots=True)
class Searched:
    """``spent``: on the search, however it ended."""

    reply: Reply
    spent: Telemetry


class Host:
    """Step-provers behind calls that have a number each, by which they are cancelled."""

    def __init__(self, equipment: Equipment, version: str) -> None:
        """Args:
        version: of this program, where the run was started.
        """
        self._equipment, self._version = equipment, version
        self._open = AsyncExitStack()
        self._provers: StepProvers | None = None
        self._running: dict[int, asyncio.Task[Any]] = {}
        self._early: dict[int, None] = {}

    async def prepare(self) -> Ready | NotReady:
        """Before any other call."""
        if prover.__version__ != self._version:
            return NotReady(f"stepwise-prover {prover.__version__} is installed, and the run has {self._version}")
        try:
            self._provers = await self._open.enter_async_context(self._equipment.open())
        except Unfit as unfit:
            return NotReady(str(unfit))
        return Ready(self._provers.places)

    async def pulse(self) -> int:
        """A sign of life: the number of calls that run."""
        return len(self._running)

    async def search(self, number: int, job: Job) -> Searched:
        spent = Telemetry()
        return Searched(await self._answered(number, self._ready.search(job, spent)), spent)

    async def start(self, number: int, statement: Statement) -> Reply:
        return await self._answered(number, self._ready.lean.start(statement))

    async def step(self, number: int, state: ProofState, tactic: str, heartbeats: int | None, priority: int) -> Reply:
        return await self._answered(number, self._ready.lean.step(state, tactic, heartbeats=heartbeats, priority=priority))

    async def cancel(self, number: int) -> None:
        """Ends a call, also one that arrives later. Returns when it has ended."""
        if task := self._running.get(number):
            task.cancel()
            await asyncio.wait({task})
        else:
            self._early[number] = None
            if len(self._early) > _EARLY_CANCELS:  # most were for calls that had ended already
                del self._early[next(iter(self._early))]

    async def close(self) -> None:
        """Ends every call, and what was opened for them."""
        for task in self._running.values():
            task.cancel()
        await asyncio.gather(*self._running.values(), return_exceptions=True)
        await self._open.aclose()

    @property
    def _ready(self) -> StepProvers:
        assert self._provers is not None
        return self._provers

    async def _answered(self, number: int, work: Coroutine[Any, Any, Any]) -> Reply:
        if number in self._early:
            del self._early[number]
            work.close()
            return WasCancelled()
        task = self._running[number] = asyncio.create_task(work)
        try:
            await asyncio.wait({task})
        finally:
            del self._running[number]
            task.cancel()
        if task.cancelled():
            return WasCancelled()
        try:
            return Done(task.result())
        except Expected as error:
            return Raised(error)
