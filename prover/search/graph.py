"""The search graph: states as nodes, tactics as edges.

States that are equal up to the names of hypotheses and bound variables are one node, whichever path led there first. A node
keeps its best way from the root; its score is Σ log p / Lᵅ over that way (BFS-Prover, arXiv 2502.03438, equation 1), L
its number of tactics. Pure data: no I/O, no clock, no randomness.
"""

import heapq
from dataclasses import dataclass, field

from prover.proof.state import ProofState


def path_score(logprob: float, length: int, alpha: float) -> float:
    """Σ log p / Lᵅ. The root, with L = 0, scores 0: it is first whatever α is."""
    return logprob / length**alpha if length else 0.0


@dataclass(slots=True, eq=False)
class Node:
    """One state.

    Attributes:
        logprob: Σ log p of the best known path to it.
        depth: L, the number of tactics on that path.
        asked: how often the policy was asked about it.
        parents: (parent key, tactic) of every edge into it.
    """

    state: ProofState
    logprob: float
    depth: int
    asked: int = 0
    heartbeats: int = 0
    parents: list[tuple[str, str]] = field(default_factory=list)


class Frontier:
    """Nodes that wait for expansion, best score first, first come first among equals."""

    def __init__(self, alpha: float) -> None:
        self._alpha = alpha
        self._heap: list[tuple[float, int, Node]] = []
        self._count = 0

    def push(self, node: Node, penalty: float = 0.0) -> None:
        """Adds a node. ``penalty`` is log-probability: what asking again about a node costs it."""
        self._count += 1
        score = path_score(node.logprob + penalty, max(node.depth, 1), self._alpha)
        heapq.heappush(self._heap, (-score, self._count, node))

    def pop(self) -> Node:
        return heapq.heappop(self._heap)[2]

    def __len__(self) -> int:
        return len(self._heap)


class Graph:
    """All nodes of one search by key."""

    def __init__(self, root: ProofState) -> None:
        self.root = Node(root, 0.0, 0)
        self._nodes: dict[str, Node] = {root.key: self.root}

    def __len__(self) -> int:
        return len(self._nodes)

    def __contains__(self, key: str) -> bool:
        return key in self._nodes

    def add(self, parent: Node, tactic: str, logprob: float, heartbeats: int, state: ProofState) -> Node | None:
        """Adds the result of a step. None when its state is known already: the edge is kept, the node is not doubled."""
        known = self._nodes.get(state.key)
        if known is not None:
            known.parents.append((parent.state.key, tactic))
            return None
        node = Node(state, parent.logprob + logprob, parent.depth + 1, heartbeats=parent.heartbeats + heartbeats)
        node.parents.append((parent.state.key, tactic))
        self._nodes[state.key] = node
        return node
