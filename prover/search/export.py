"""The search graph for others to draw and measure: networkx, node-link JSON, GraphML."""

import json
from pathlib import Path

import networkx as nx

from prover.search.graph import Graph


def to_networkx(graph: Graph) -> "nx.DiGraph[str]":
    """Problems and steps as nodes of one directed graph, problem → step → the problems that it left.

    Attributes of a problem (``kind`` "problem"): ``goal``, ``status`` (open, proved, failed), ``asked``, ``depth``, ``logprob``. Of a step
    (``kind`` "step"): ``tactic``, ``logprob``, ``heartbeats``, ``finisher``, ``on_proof`` (it proved its problem). Problem ``p0`` is the statement.
    """
    drawn: nx.DiGraph[str] = nx.DiGraph()
    names = {node: f"p{number}" for number, node in enumerate(graph)}
    for node, name in names.items():
        drawn.add_node(
            name, kind="problem", goal=node.state.pp, status=node.status.value, asked=node.asked, depth=node.depth, logprob=round(node.logprob, 4)
        )
    steps = 0
    for node, name in names.items():
        for edge in node.edges:
            step = f"s{steps}"
            steps += 1
            drawn.add_node(
                step,
                kind="step",
                tactic=edge.tactic,
                logprob=round(edge.logprob, 4),
                heartbeats=edge.heartbeats,
                finisher=edge.finisher,
                on_proof=node.proof is edge,
            )
            drawn.add_edge(name, step)
            for child in edge.children:
                drawn.add_edge(step, names[child])
    return drawn


def write(graph: Graph, folder: Path, name: str) -> None:
    """Writes ``NAME.json`` (node-link) and ``NAME.graphml`` into the folder."""
    drawn = to_networkx(graph)
    (folder / f"{name}.json").write_text(json.dumps(nx.node_link_data(drawn, edges="edges"), ensure_ascii=False), encoding="utf-8")
    nx.write_graphml(drawn, folder / f"{name}.graphml")
