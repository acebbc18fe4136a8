"""The search graph: problems as OR nodes, steps as AND edges.

A node is one problem: a group of goals that is proved on its own (or a whole state). An edge is a tactic that ran on it; it leaves problems that
must all be proved. So a node is proved by one edge whose problems are all proved, and failed when nothing more is proposed for it and each
of its edges leaves a failed problem. What is equal, as the caller's ``key`` has it, is one node with all the edges into it.

A proof of a node is a script for the very state that the node was made from. An edge that led to the node with another text (other names of
hypotheses) has a claim to it: it counts once the script has been seen to work there (`Graph.claims`, `accept`), and else the problem becomes a
node of its own (`part`).

A node is wanted while a chain of open nodes and edges leads from the root to it; the others are not worth expanding. Cycles can keep each
other wanted; that costs work, never a proof. All operations are linear in what changes. Pure data: no I/O, no clock, no randomness.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from enum import Enum
from typing import Literal

from prover.proof.proposal import Proposal
from prover.proof.script import Proof
from prover.proof.state import ProofState


class Status(Enum):
    OPEN = "open"
    PROVED = "proved"
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class Node:
    """One problem.

    Attributes:
        logprob, depth: of the best known path to it, as scored, and its number of tactics.
        asked: how often the policy was asked about it.
        spent: nothing more will be proposed for it.
        expanding: somebody is at it.
        penalty: log-probability that it has lost by being asked about.
        remaining: the value function's estimate, in tactics.
        edges: steps from it; ``alive``: those of them that can still lead to a proof. parents: edges into it.
        wanted: edges into it that somebody waits for; the root has one more.
        ticket: of its entry in the frontier, 0 when it has none.
        proof: the edge that proved it.
        tried: tactics that were proposed for it. pending: proposals among them that have not been run.
    """

    state: ProofState
    logprob: float
    depth: int
    asked: int = 0
    spent: bool = False
    expanding: bool = False
    penalty: float = 0.0
    remaining: float = 0.0
    alive: int = 0
    wanted: int = 0
    ticket: int = 0
    status: Status = Status.OPEN
    proof: "Edge | None" = None
    edges: list["Edge"] = field(default_factory=list)
    parents: list["Edge"] = field(default_factory=list)
    tried: set[str] | None = None
    pending: tuple[Proposal, ...] = ()

    @property
    def expandable(self) -> bool:
        return self.status is Status.OPEN and self.wanted > 0 and not self.spent and not self.expanding


@dataclass(slots=True, eq=False)
class Edge:
    """One step that advanced or closed its node.

    Attributes:
        logprob: as scored.
        heartbeats: that the step spent.
        finisher: the search's own tactic, not the policy's.
        states: what the step left, as it left it; children: the nodes that these are.
        scripts: for each child, the proof that was seen to work on its state here, where that is not the child's own.
        missing: children that are not proved yet, or whose proof has not been seen to work here.
        dead: one of the children failed. wanted: its node is, and waits for it.
    """

    parent: Node
    tactic: str
    logprob: float
    heartbeats: int
    finisher: bool
    states: tuple[ProofState, ...]
    children: list[Node]
    scripts: dict[int, Proof] = field(default_factory=dict)
    missing: int = 0
    dead: bool = False
    wanted: bool = False


def by_renaming(state: ProofState) -> str:
    return state.key


def by_text(state: ProofState) -> str:
    return state.pp


class Graph:
    """All nodes of one search."""

    def __init__(self, root: ProofState, key: Callable[[ProofState], str] = by_renaming, paths: Literal["best", "first"] = "best") -> None:
        """Args:
        key: equal for what is one node.
        paths: whether a node that is reached on a likelier path moves up.
        """
        self._key, self._paths = key, paths
        self.root = Node(root, 0.0, 0, wanted=1)
        self._nodes: dict[str, Node] = {key(root): self.root}
        self._parted: list[Node] = []
        self.claims: list[tuple[Edge, int]] = []
        self.last: Edge | None = None
        """The edge whose completion proved something last."""

    def __len__(self) -> int:
        return len(self._nodes) + len(self._parted)

    def __iter__(self) -> Iterator[Node]:
        yield from self._nodes.values()
        yield from self._parted

    def add(
        self, parent: Node, tactic: str, logprob: float, states: tuple[ProofState, ...], *, heartbeats: int = 0, finisher: bool = False
    ) -> tuple[Edge, list[Node]]:
        """Adds a step and what it left, nothing where it closed the node.

        Returns:
            The edge, and the nodes that are to be put into the frontier, again or for the first time.
        """
        path = parent.logprob + logprob, parent.depth + 1
        changed: list[Node] = []
        children = [self._child(state, path, changed) for state in states]
        edge = Edge(parent, tactic, logprob, heartbeats, finisher, states, children)
        parent.edges.append(edge)
        parent.alive += 1
        for index, child in enumerate(children):
            child.parents.append(edge)
            if not self._has_proof(edge, index):
                edge.missing += 1
        if any(child.status is Status.FAILED or child is parent for child in children):
            self._kill(edge)
        elif not edge.missing:
            self._prove(edge)
        elif parent.status is Status.OPEN and parent.wanted:
            changed += self._want(edge)
        return edge, [node for node in dict.fromkeys(changed) if node.expandable]

    def spend(self, node: Node) -> None:
        """Nothing more will be proposed for the node."""
        node.spent = True
        self._maybe_fail(node)

    def accept(self, edge: Edge, index: int, script: Proof) -> None:
        """A claim held: the script proves the edge's child in the state that the edge left."""
        if index not in edge.scripts and not edge.dead:
            edge.scripts[index] = script
            edge.missing -= 1
            if not edge.missing:
                self._prove(edge)

    def part(self, edge: Edge, index: int) -> list[Node]:
        """A claim did not hold: the state that the edge left becomes a node of its own.

        Returns:
            It, where it is wanted.
        """
        old = edge.children[index]
        node = Node(edge.states[index], edge.parent.logprob + edge.logprob, edge.parent.depth + 1)
        self._parted.append(node)
        edge.children[index] = node
        node.parents.append(edge)
        if edge.wanted:
            node.wanted += 1
            old.wanted -= 1
        return [node] if node.expandable else []

    def retract(self, edge: Edge) -> list[Node]:
        """Takes back a step that a proof was refused for, and every proof that rests on it. Linear in the graph, and rare.

        Returns:
            The nodes that are wanted now.
        """
        edge.dead = True
        edge.parent.alive -= 1
        nodes = list(self)
        for node in nodes:
            node.wanted = int(node is self.root)
            if node.status is Status.PROVED:
                node.status, node.proof = Status.OPEN, None
        edges = [other for node in nodes for other in node.edges]
        for other in edges:
            other.scripts.clear()  # they may rest on it too
            other.missing, other.wanted = len(other.children), False
        self.claims.clear()
        for other in edges:
            if not other.missing and not other.dead and other.parent.status is Status.OPEN:
                self._prove(other)
        self._maybe_fail(edge.parent)
        if self.root.status is Status.OPEN:
            self._want_all(self.root)
        return [node for node in nodes if node.expandable and node.ticket == 0]

    def proof(self, node: Node) -> Proof:
        """The proof of a proved node, for the state that it was made from."""
        edge = node.proof
        if edge is None:
            raise ValueError("the node is not proved")
        parts = tuple(
            (
                state.opened.goals if state.opened is not None and not state.tactics else _everything(state),
                edge.scripts.get(index) or self.proof(child),
            )
            for index, (state, child) in enumerate(zip(edge.states, edge.children, strict=True))
        )
        return Proof(edge.tactic, parts, edge.finisher)

    def heartbeats(self, node: Node) -> int:
        """That the steps of the node's proof spent."""
        edge = node.proof
        return edge.heartbeats + sum(self.heartbeats(child) for child in edge.children) if edge is not None else 0

    def _child(self, state: ProofState, path: tuple[float, int], changed: list[Node]) -> Node:
        key = self._key(state)
        known = self._nodes.get(key)
        if known is None:
            self._nodes[key] = node = Node(state, *path)
            return node
        if self._paths == "best" and path[0] > known.logprob:
            known.logprob, known.depth = path
            changed.append(known)
        return known

    def _has_proof(self, edge: Edge, index: int) -> bool:
        """Whether a child is proved here; where that is to be tried first, a claim is noted."""
        child = edge.children[index]
        if index in edge.scripts:
            return True
        if child.status is not Status.PROVED:
            return False
        if child.state is edge.states[index] or child.state.pp == edge.states[index].pp:
            return True
        self.claims.append((edge, index))
        return False

    def _prove(self, edge: Edge) -> None:
        waiting = [edge]
        while waiting:
            edge = waiting.pop()
            node = edge.parent
            if node.status is Status.PROVED:
                continue
            self.last = edge
            node.status, node.proof = Status.PROVED, edge
            for other in node.edges:
                self._unwant(other)
            for parent in dict.fromkeys(node.parents):
                if parent.dead or parent.missing == 0:
                    continue
                parent.missing -= sum(
                    child is node and index not in parent.scripts and self._has_proof(parent, index) for index, child in enumerate(parent.children)
                )
                if not parent.missing:
                    waiting.append(parent)

    def _maybe_fail(self, node: Node) -> None:
        waiting = [node]
        while waiting:
            node = waiting.pop()
            if node.status is Status.OPEN and node.spent and not node.alive and not node.expanding:
                node.status = Status.FAILED
                for edge in dict.fromkeys(node.parents):
                    if node in edge.children and not edge.dead:
                        self._bury(edge)
                        waiting.append(edge.parent)

    def _kill(self, edge: Edge) -> None:
        self._bury(edge)
        self._maybe_fail(edge.parent)

    def _bury(self, edge: Edge) -> None:
        edge.dead = True
        edge.parent.alive -= 1
        self._unwant(edge)

    def _unwant(self, edge: Edge) -> None:
        waiting = [edge]
        while waiting:
            edge = waiting.pop()
            if edge.wanted:
                edge.wanted = False
                for child in edge.children:
                    child.wanted -= 1
                    if not child.wanted:
                        waiting += child.edges

    def _want_all(self, node: Node) -> list[Node]:
        return [woken for edge in node.edges for woken in self._want(edge)]

    def _want(self, edge: Edge) -> list[Node]:
        woken: list[Node] = []
        waiting = [edge]
        while waiting:
            edge = waiting.pop()
            if not edge.wanted and not edge.dead and edge.missing:
                edge.wanted = True
                for child in edge.children:
                    child.wanted += 1
                    if child.wanted == 1 and child.status is Status.OPEN:
                        woken.append(child)
                        waiting += child.edges
        return woken


def _everything(state: ProofState) -> tuple[int, ...]:
    return tuple(range(len(state.goals)))
