"""The hosts of a cluster: one on every node that offers processors, whatever happens to nodes and hosts.

Promises: a host is ready, or on its way, or its node says why not; one that dies, hangs or is cut off is given up, with every call on it
(`AgentLost`), within ``Patience.silent`` seconds, and started again after growing pauses; nodes that come are used and nodes that go are forgotten
within ``Patience.poll`` seconds of Ray's knowing. Hosts belong to this process: they end with it, however it ends.
"""

import asyncio
import itertools
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Literal

import prover
from prover.proof.attempt import Attempt, Telemetry
from prover.team.agents import AgentLost, Job
from prover.team.node import Done, Equipment, Host, NotReady, Raised, Ready, Reply, Searched, WasCancelled
from prover.team.session import knock

_MOST_CALLS = 10_000
_CANCEL_SECONDS = 2.0


@dataclass(frozen=True, slots=True)
class Patience:
    """In seconds.

    Attributes:
        join: to join the cluster.
        poll: between two looks at which nodes there are.
        pulse: between two signs of life of a host.
        silent: without one, before a host is given up; first: before the first one, while its process starts.
        prepare: for a node to have its Lean and policy ready, downloads included.
        pause, longest_pause: before a host is started again.
        head: without an answer of the cluster's head, before the cluster is given up; Ray itself ends this program after 60.
        grace: beyond its budget, before a search is given up.
        call: for a start or a step.
        close: for a host to put away what it has.
    """

    join: float = 60.0
    poll: float = 3.0
    pulse: float = 2.0
    silent: float = 20.0
    first: float = 120.0
    prepare: float = 1800.0
    pause: float = 1.0
    longest_pause: float = 60.0
    head: float = 30.0
    grace: float = 30.0
    call: float = 900.0
    close: float = 10.0


@dataclass(frozen=True, slots=True)
class NodeStatus:
    """Attributes:
    detail: why the node has no host that is ready; empty where it has one, or gets its first.
    running: searches.
    """

    name: str
    state: Literal["preparing", "ready", "unfit"]
    detail: str
    places: int
    running: int


class RemoteHost:
    """One actor, from its start until it is given up.

    Attributes:
        places: see `StepProvers.places`; 0 before it is ready.
        lost: why it was given up, if it was.
        searches, steps: that the node is at. One that was cancelled here counts until it has ended there.
    """

    def __init__(self, ray: ModuleType, actor: Any, name: str) -> None:
        self._ray, self._actor = ray, actor
        self.name = name
        self.places = self.searches = self.steps = 0
        self._numbers = itertools.count()
        self._unanswered: set[asyncio.Future[Any]] = set()
        self.lost: str | None = None
        self._end = asyncio.Event()

    @property
    def load(self) -> float:
        """Searches for each place."""
        return self.searches / max(1, self.places)

    async def search(self, job: Job, spent: Telemetry, seconds: float) -> Attempt:
        """As `StepProvers.search`, in at most so many seconds."""

        def ended(answer: "asyncio.Future[Searched]") -> None:
            self.searches -= 1
            if answer.exception() is None:
                spent.include(answer.result().spent)

        self.searches += 1
        searched: Searched = await self._call(seconds, ended, "search", job)
        attempt: Attempt = self._value(searched.reply)
        return attempt

    async def lean(self, seconds: float, method: Literal["start", "step"], *arguments: object) -> Any:
        """`Lean.start` or `Lean.step`; raises what they raise, and AgentLost."""

        def ended(_: object) -> None:
            self.steps -= 1

        self.steps += 1
        return self._value(await self._call(seconds, ended, method, *arguments))

    async def _call(self, seconds: float, ended: Callable[["asyncio.Future[Any]"], None], method: str, *arguments: object) -> Any:
        """A call that is cancelled on the node when it is cancelled here; then this waits a moment for its end there.

        Raises:
            AgentLost: the host is gone, or did not answer within that many seconds.
        """
        number = next(self._numbers)
        answer = self._ask(method, number, *arguments)
        answer.add_done_callback(ended)
        try:
            async with asyncio.timeout(seconds):
                await asyncio.wait({answer})
        except TimeoutError:
            self._actor.cancel.remote(number)
            raise AgentLost(f"{self.name}: no answer within {seconds:g} s") from None
        except asyncio.CancelledError:
            self._actor.cancel.remote(number)
            await asyncio.wait({answer}, timeout=_CANCEL_SECONDS)
            raise
        return answer.result()

    def _value(self, reply: Reply) -> Any:
        match reply:
            case Done(value):
                return value
            case Raised(error):
                raise error
            case WasCancelled():
                raise AgentLost(f"{self.name}: the call was ended on the node")

    def _ask(self, method: str, *arguments: object) -> "asyncio.Future[Any]":
        """The answer to come. `AgentLost` when the host ends, or is given up, before."""
        loop = asyncio.get_running_loop()
        answer: asyncio.Future[Any] = loop.create_future()
        answer.add_done_callback(_heard)
        if self.lost is not None:
            answer.set_exception(AgentLost(f"{self.name}: {self.lost}"))
            return answer
        self._unanswered.add(answer)
        answer.add_done_callback(self._unanswered.discard)

        def settle(result: Any) -> None:
            error = result.exception()
            if answer.done():
                return
            if error is None:
                answer.set_result(result.result())
            elif isinstance(error, self._ray.exceptions.RayTaskError):  # a fault of this program, which another try does not mend
                answer.set_exception(error)
            else:
                self.give_up(_first_line(error))

        def arrived(result: Any) -> None:
            with suppress(RuntimeError):  # the loop is closed: nobody listens
                loop.call_soon_threadsafe(settle, result)

        getattr(self._actor, method).remote(*arguments).future().add_done_callback(arrived)
        return answer

    async def prepare(self, seconds: float) -> Ready | NotReady:
        """Raises:
        AgentLost: it died, or was not ready in time.
        """
        answer: Ready | NotReady = await self._within(seconds, "prepare")
        return answer

    async def live(self, patience: Patience) -> None:
        """Listens to its pulse until there is none.

        Raises:
            AgentLost: it died, or is silent.
        """
        await self._within(patience.first, "pulse")
        while True:
            with suppress(TimeoutError):
                async with asyncio.timeout(patience.pulse):
                    await self._end.wait()
            await self._within(patience.silent, "pulse")

    async def _within(self, seconds: float, method: str) -> Any:
        answer = self._ask(method)
        try:
            async with asyncio.timeout(seconds):
                return await answer
        except TimeoutError:
            self.give_up(f"no answer to {method} within {seconds:g} s")
            raise AgentLost(f"{self.name}: {self.lost}") from None

    def give_up(self, reason: str) -> None:
        """Ends its process, and every call on it. Idempotent."""
        if self.lost is not None:
            return
        self.lost = reason
        self._end.set()
        for answer in self._unanswered:
            if not answer.done():
                answer.set_exception(AgentLost(f"{self.name}: {reason}"))
        with suppress(Exception):  # Ray cannot end what it has lost sight of, and says so in many ways
            self._ray.kill(self._actor)

    async def close(self, seconds: float) -> None:
        """Lets it put away what it has opened, then ends it."""
        with suppress(AgentLost):
            await self._within(seconds, "close")
        self.give_up("closed")


@dataclass(slots=True)
class _Node:
    """Attributes:
    tending: keeps a host on it.
    detail: what is wrong with it, if anything.
    """

    name: str
    tending: "asyncio.Task[None] | None" = None
    host: RemoteHost | None = None
    detail: str = ""

    @property
    def status(self) -> NodeStatus:
        if self.host is not None:
            return NodeStatus(self.name, "ready", "", self.host.places, self.host.searches)
        return NodeStatus(self.name, "unfit" if self.detail else "preparing", self.detail, 0, 0)


class Hosts:
    """All hosts of a cluster. `run` keeps them."""

    def __init__(self, ray: ModuleType, equipment: Equipment, patience: Patience, changed: Callable[[], None]) -> None:
        """Args:
        changed: called after every change of what is ready, and of what is wrong.
        """
        self._ray, self._equipment, self._patience, self._changed = ray, equipment, patience, changed
        self._host = ray.remote(num_cpus=0, max_restarts=0, max_concurrency=_MOST_CALLS)(Host)
        self._nodes: dict[str, _Node] = {}
        self._head: str = ray.get_runtime_context().gcs_address
        self._heard = time.monotonic()
        self.fault = ""
        """What keeps the cluster from telling which nodes there are; empty where nothing does."""
        self.lost = False
        """The cluster was given up."""

    @property
    def ready(self) -> list[RemoteHost]:
        return [node.host for node in self._nodes.values() if node.host is not None and node.host.lost is None]

    @property
    def statuses(self) -> list[NodeStatus]:
        return [node.status for node in self._nodes.values()]

    async def run(self) -> None:
        """Looks after the hosts until it is cancelled, or the cluster is lost; then ends them."""
        try:
            while not self.lost:
                await self._look()
                await asyncio.sleep(self._patience.poll)
        finally:
            hosts = self.ready
            await asyncio.gather(*(host.close(self._patience.close) for host in hosts), return_exceptions=True)
            tending = [node.tending for node in self._nodes.values() if node.tending is not None]
            for task in tending:
                task.cancel()
            await asyncio.gather(*tending, return_exceptions=True)

    async def _look(self) -> None:
        """Sees which nodes have come and gone."""
        try:
            await knock(self._head)  # first: where nobody is, Ray would stop this whole program for a minute
            found = await asyncio.to_thread(self._ray.nodes)
        except Exception as error:  # Ray has many ways to say so
            self.lost = time.monotonic() - self._heard > self._patience.head
            self._say(f"the head of the cluster does not answer: {_first_line(error)}")
            return
        self._heard = time.monotonic()
        self._say("")
        alive = {node["NodeID"]: node for node in found if node["Alive"] and node["Resources"].get("CPU", 0) > 0}
        for number in self._nodes.keys() - alive.keys():
            node = self._nodes.pop(number)
            if node.host is not None:
                node.host.give_up("its node is gone")
            if node.tending is not None:
                node.tending.cancel()
            self._changed()
        for number in alive.keys() - self._nodes.keys():
            node = self._nodes[number] = _Node(_name(alive[number]))
            node.tending = asyncio.create_task(self._tend(number, node))
            self._changed()

    def _say(self, fault: str) -> None:
        if fault != self.fault or self.lost:
            self.fault = fault
            self._changed()

    async def _tend(self, number: str, node: _Node) -> None:
        """Keeps a host on a node."""
        pause = self._patience.pause
        while True:
            began = time.monotonic()
            node.detail = await self._one_life(number, node)
            self._changed()
            if time.monotonic() - began > self._patience.longest_pause:
                pause = self._patience.pause
            await asyncio.sleep(pause)
            pause = min(2 * pause, self._patience.longest_pause)

    async def _one_life(self, number: str, node: _Node) -> str:
        """From the start of a host to its end; returns why it ended."""
        try:
            await knock(self._head)  # see `_look`
            host = RemoteHost(self._ray, self._actor_on(number), node.name)
        except Exception as error:  # Ray has many ways to say so
            return f"no host can be started: {_first_line(error)}"
        living = asyncio.create_task(host.live(self._patience))
        try:
            match await host.prepare(self._patience.prepare):
                case NotReady(reason):
                    return reason
                case Ready(places):
                    host.places = places
                    node.host, node.detail = host, ""
                    self._changed()
                    await living
        except AgentLost:
            pass
        except Exception as error:  # of the node's equipment: what is wrong with one node is none of the others' business
            return f"this program does not run there: {_last_line(error)}"
        finally:
            node.host = None
            living.cancel()
            await asyncio.gather(living, return_exceptions=True)
            host.give_up("closed")
        return host.lost or ""

    def _actor_on(self, number: str) -> Any:
        from ray.util.scheduling_strategies import NodeAffinitySchedulingStrategy

        here = NodeAffinitySchedulingStrategy(number, soft=False)
        return self._host.options(scheduling_strategy=here).remote(self._equipment, prover.__version__)


def _heard(answer: "asyncio.Future[Any]") -> None:
    """An answer that nobody waits for any more is not told to the event loop's log."""
    if not answer.cancelled():
        answer.exception()


def _name(node: Mapping[str, Any]) -> str:
    return f"{node['NodeManagerHostname']} ({node['NodeManagerAddress']})"


def _first_line(error: BaseException) -> str:
    return next((line.strip() for line in str(error).splitlines() if line.strip()), type(error).__name__)


def _last_line(error: BaseException) -> str:
    """Of an error that carries a traceback, what it comes to."""
    return next((line.strip() for line in reversed(str(error).splitlines()) if line.strip()), type(error).__name__)
