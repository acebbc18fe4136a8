"""Best-first proof search over one statement.

Pops the best problem, tries the search's own finishers on it, asks the policy about it once, runs what it proposes, adds what is new to
the graph. A problem whose proposals are used up goes back to the frontier at a price, and is asked about again for more while budget remains.
Stops at the first proof that is confirmed, when nothing is left, or when a limit is reached.

The proposals of a node run side by side; so do the expansions of several nodes where the settings say so. Cancellable at every await. With
one node at a time, the order of expansion is the same every time for a given seed, policy and Lean (a limit in seconds only decides how far it gets).
"""

import asyncio
import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing

from prover.proof.attempt import Attempt, Exhausted, OutOfBudget, Proved, Telemetry
from prover.proof.lean import Lean
from prover.proof.proposal import Proposal
from prover.proof.script import Proof, lines
from prover.proof.state import ProofState
from prover.proof.statement import Statement
from prover.proof.step import Advanced, Closed, Crashed, Rejected, StepResult, TimedOut
from prover.search.children import children
from prover.search.frontier import Frontier
from prover.search.graph import Edge, Graph, Node, Status, by_renaming, by_text
from prover.search.meter import Meter, PassSpent, Spent
from prover.search.protocols import Policy, Value
from prover.search.renaming import renamed
from prover.search.settings import Budget, SearchSettings


class _Found(Exception):
    """The statement is proved, and the proof confirmed."""

    def __init__(self, proved: Proved) -> None:
        super().__init__()
        self.proved = proved


Confirm = Callable[[Proof, int], Awaitable[bool]]
"""Asked about a proof of the statement (and the heartbeats it spent); False sends the search on."""


class Search:
    """One search over one statement; single-use.

    Attributes:
        graph: of the pass that runs or ran last.
    """

    def __init__(
        self,
        lean: Lean,
        policy: Policy,
        settings: SearchSettings,
        budget: Budget,
        *,
        at_once: int = 1,
        priority: int = 0,
        value: Value | None = None,
        confirm: Confirm | None = None,
        watch: Callable[[Node, Telemetry], None] | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Args:
        at_once: steps of this search that may run or wait in Lean's queue; one more than there are processes keeps them busy.
        priority: of its steps, where others' wait too; smaller is served first.
        """
        self._lean, self._settings = lean, settings
        self._value, self._confirm, self._watch = value, confirm, watch
        self._meter = Meter(lean, policy, settings, budget, at_once, clock, priority)
        self._confirming = False
        self.graph: Graph | None = None

    @property
    def telemetry(self) -> Telemetry:
        return self._meter.telemetry

    async def run(self, statement: Statement) -> Attempt:
        """Searches until a proof, the end of the frontier, or the end of the budget.

        Raises:
            SourceError: the statement does not elaborate (from `Lean.start`).
            PolicyFault: the policy could not be asked, or did not answer.
        """
        return await self.close(await self._lean.start(statement))

    async def close(self, root: ProofState) -> Attempt:
        """The same from any state: a statement's first, or some opened goals, which a subgoal is.

        Raises:
            PolicyFault: see `run`.
        """
        self._meter.begin()
        exhausted = True
        try:
            for number in range(self._settings.passes):
                try:
                    await self._pass(number, root)
                except PassSpent:
                    exhausted = False
            return Exhausted(self.telemetry) if exhausted else OutOfBudget("passes", self.telemetry)
        except _Found as found:
            return found.proved
        except Spent as limit:
            return OutOfBudget(str(limit), self.telemetry)
        finally:
            self.telemetry.seconds = self._meter.elapsed

    async def _pass(self, number: int, root: ProofState) -> None:
        """One search from the beginning, until nothing is left to expand.

        Raises:
            _Found, Spent, PassSpent: it ended before.
        """
        settings = self._settings
        self._frontier = Frontier(settings.alpha[min(number, len(settings.alpha) - 1)], settings.value_weight)
        self.graph = Graph(root, by_text if settings.merge == "text" else by_renaming, settings.paths)
        self._frontier.push(self.graph.root)
        async with self._meter.one_pass(number):
            await self._explore()

    async def _explore(self) -> None:
        """Expands nodes until none is left."""
        async with children() as running:
            while True:
                while len(running) < self._settings.ahead and (node := self._frontier.pop()):
                    node.expanding = True
                    running.add(asyncio.create_task(self._expand(node)))
                if not running:
                    return
                done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                for task in done:
                    running.remove(task)
                    task.result()

    async def _check_proof(self, graph: Graph) -> None:
        """Has the statement's proof confirmed.

        Raises:
            _Found: it is.
        """
        telemetry, last = self.telemetry, graph.last
        telemetry.solved_seconds, telemetry.solved_expansions = self._meter.elapsed, telemetry.expansions
        proof, heartbeats = graph.proof(graph.root), graph.heartbeats(graph.root)
        with self._meter.paused():
            confirmed = self._confirm is None or await self._confirm(proof, heartbeats)
        if confirmed:
            raise _Found(Proved(proof, heartbeats, telemetry))
        telemetry.refused += 1
        telemetry.solved_seconds = telemetry.solved_expansions = None
        assert last is not None
        self._push(graph.retract(last))

    async def _expand(self, node: Node) -> None:
        if self._watch is not None:
            self._watch(node, self.telemetry)
        try:
            if node.asked == 0:
                for tactic in self._settings.finishers:
                    if node.status is Status.OPEN:
                        await self._finish(node, tactic)
            if node.status is Status.OPEN:
                more = await self._ask_and_try(node)
        finally:
            # Whatever happens, nothing is lost: a node whose expansion was cut short is there to be expanded again.
            node.expanding = False
            if node.expandable:
                self._frontier.push(node)
        if node.status is Status.OPEN and not node.pending and (not more or node.asked >= self._settings.max_asks):
            self._graph.spend(node)

    async def _finish(self, node: Node, tactic: str) -> None:
        if isinstance(await self._meter.step(node.state, tactic, 0, self._settings.finisher_heartbeats), Closed):
            self.telemetry.finished += 1
            await self._add(node, tactic, 0.0, (), 0, finisher=True)

    async def _ask_and_try(self, node: Node) -> bool:
        """One question, and everything that was answered; or what is left of the last one. False when nothing more is to be expected."""
        if not node.pending:
            answer = await self._meter.ask(node)
            proposals = answer.proposals
            tried = node.tried or set()
            fresh = {proposal.tactic: proposal for proposal in reversed(proposals) if proposal.tactic not in tried}
            node.pending = tuple(reversed(fresh.values()))
            node.tried = tried | fresh.keys()
            self.telemetry.unique_proposals += len(fresh)
            repeated = 1 - len(fresh) / len(proposals) if proposals else 0.0
            node.penalty += self._settings.again * node.asked + self._settings.repeats * repeated
            if not proposals:
                return answer.tokens_out > 0  # it wrote something, if nothing of use: it may do better
        left = list(node.pending)
        try:
            async with aclosing(self._results(node, node.pending)) as results:
                async for proposal, result in results:
                    left.remove(proposal)
                    await self._take(node, proposal, result)
                    if node.status is not Status.OPEN or not node.wanted:
                        break
        finally:
            node.pending = tuple(left)
        return True

    async def _take(self, node: Node, proposal: Proposal, result: StepResult) -> None:
        scored = proposal.logprob if self._settings.logprob == "sum" else proposal.mean_logprob
        match result:
            case Closed(tactics, cost):
                await self._add(node, tactics[-1], scored, (), cost.heartbeats)
            case Advanced(state, cost) if node.alive < self._settings.max_width:
                states = state.split() if self._settings.nodes == "goals" else (state,)
                await self._add(node, state.tactics[-1], scored, states, cost.heartbeats)
            case Advanced() | Rejected() | TimedOut() | Crashed():
                pass

    async def _results(self, node: Node, proposals: Sequence[Proposal]) -> AsyncGenerator[tuple[Proposal, StepResult]]:
        """Runs all proposals side by side; what is not needed any more is cancelled when the caller stops listening."""
        async with children() as running:
            tasks = {asyncio.create_task(self._meter.step(node.state, proposal.tactic, place)): proposal for place, proposal in enumerate(proposals)}
            running.update(tasks)
            if self._settings.ahead == 1:
                for task, proposal in tasks.items():
                    result = await task
                    running.remove(task)
                    yield proposal, result
            else:
                while running:
                    done, _ = await asyncio.wait(running, return_when=asyncio.FIRST_COMPLETED)
                    for task in done:
                        running.remove(task)
                        yield tasks[task], task.result()

    async def _add(self, node: Node, tactic: str, logprob: float, states: tuple[ProofState, ...], heartbeats: int, *, finisher: bool = False) -> None:
        graph, telemetry = self._graph, self.telemetry
        before = len(graph)
        _, changed = graph.add(node, tactic, logprob, states, heartbeats=heartbeats, finisher=finisher)
        telemetry.edges += 1
        telemetry.nodes += len(graph) - before
        telemetry.merged += len(states) - (len(graph) - before)
        if self._value is not None and changed:
            for woken, remaining in zip(changed, await self._value.remaining([woken.state for woken in changed]), strict=True):
                woken.remaining = remaining
        self._push(changed)
        await self._settle(graph)
        if graph.root.status is Status.PROVED and not self._confirming:
            self._confirming = True
            try:
                await self._check_proof(graph)
            finally:
                self._confirming = False

    async def _settle(self, graph: Graph) -> None:
        """Tries the proofs that are claimed for states which differ in their text from the one that was proved."""
        while graph.claims:
            edge, index = graph.claims.pop()
            if not edge.dead and edge.parent.status is Status.OPEN:
                if script := await self._carried_over(graph, edge, index):
                    self.telemetry.cache_hits += 1
                    graph.accept(edge, index, script)
                else:
                    self.telemetry.cache_misses += 1
                    self._push(graph.part(edge, index))

    async def _carried_over(self, graph: Graph, edge: Edge, index: int) -> Proof | None:
        proved, here = edge.children[index], edge.states[index]
        proof, heartbeats = graph.proof(proved), graph.heartbeats(proved)
        names = proved.state.goals[0].names if len(proved.state.goals) == 1 else ()
        for candidate in (proof, renamed(proof, names, here)):
            if candidate and isinstance(await self._meter.step(here, "\n".join(lines(candidate)), 0, 2 * heartbeats + 1_000), Closed):
                return candidate
        return None

    @property
    def _graph(self) -> Graph:
        assert self.graph is not None
        return self.graph

    def _push(self, nodes: Sequence[Node]) -> None:
        for node in nodes:
            if node.depth < self._settings.max_depth:
                self._frontier.push(node)
