"""Nodes that wait for expansion, best score first.

The score of a path of L tactics is Σ log p / Lᵅ (BFS-Prover, arXiv 2502.03438, equation 1), less what a value function
still expects. A node has one place at a time: pushed again it moves, and whoever is no longer worth expanding is left out when its turn comes.
"""

import heapq

from prover.search.graph import Node


def path_score(logprob: float, length: int, alpha: float) -> float:
    """Σ log p / Lᵅ. The root, with L = 0, scores 0: it is first whatever α is."""
    return logprob / length**alpha if length else 0.0


class Frontier:
    """A priority queue of nodes; first come first among equals."""

    def __init__(self, alpha: float, value_weight: float = 0.0) -> None:
        self._alpha, self._value_weight = alpha, value_weight
        self._heap: list[tuple[float, int, Node]] = []
        self._tickets = 0

    def push(self, node: Node) -> None:
        """Adds a node, or gives it the place that its score has earned now."""
        self._tickets += 1
        node.ticket = self._tickets
        score = path_score(node.logprob + node.penalty, max(node.depth, 1), self._alpha) - self._value_weight * node.remaining
        heapq.heappush(self._heap, (-score, self._tickets, node))

    def pop(self) -> Node | None:
        """The best node that is worth expanding; None when there is none."""
        while self._heap:
            _, ticket, node = heapq.heappop(self._heap)
            if node.ticket == ticket:
                node.ticket = 0
                if node.expandable:
                    return node
        return None
