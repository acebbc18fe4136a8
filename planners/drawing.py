"""Pictures of a plan: DOT for Graphviz, and an SVG that needs nothing.

What a subgoal is used for lies below it, and the goal lowest. The SVG holds its own style, for light and dark surroundings, says everything in
words as well as in colours, and contains no text that is not escaped.
"""

import json
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import get_args
from xml.sax.saxutils import escape

import networkx as nx

from planners.record import PlanRecord, Status

_WIDTH, _LINE, _GAP, _RISE, _MARGIN = 250, 16, 24, 44, 12
"""Pixels: of a box, of a line of text, between boxes, between layers, around everything."""

_CHARACTERS, _LINES = 34, 4
"""Of a statement, as many are shown in its box; a reader finds the whole of it in the box's title."""

_NO_XML = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

_STYLE = """
.plan { font: 12px ui-monospace, monospace; color-scheme: light dark; }
.plan text { fill: #1a1a1a; } .plan path { fill: none; stroke: #767676; } .plan .tip { fill: #767676; stroke: none; }
.plan rect { fill: #f6f6f6; stroke: #767676; stroke-width: 1.5; } .plan .name { font-weight: 600; }
.plan .proving rect { fill: #e4effb; stroke: #1f6fb2; } .plan .proved rect { fill: #e3f3e6; stroke: #23803b; }
.plan .disproved rect { fill: #fbe6e4; stroke: #b3362b; } .plan .stuck rect { fill: #fbf0dc; stroke: #a36a00; }
@media (prefers-color-scheme: dark) {
.plan text { fill: #eaeaea; } .plan rect { fill: #242424; } .plan .proving rect { fill: #16293d; } .plan .proved rect { fill: #16301c; }
.plan .disproved rect { fill: #3b1a17; } .plan .stuck rect { fill: #38290c; } }
"""


def dot(record: PlanRecord) -> str:
    """The plan in Graphviz's language."""
    boxes = _boxes(record)
    graph = _graph(record)
    lines = [f"  {_quoted(key)} [label={_quoted(f'{box.name} ({box.status})' + chr(10) + box.text)}];" for key, box in boxes.items()]
    lines += [f"  {_quoted(above)} -> {_quoted(below)};" for above, below in graph.edges]
    return "\n".join(["digraph plan {", "  node [shape=box, fontname=monospace];", *lines, "}", ""])


def svg(record: PlanRecord) -> str:
    """The plan as a picture, to stand alone or within a page."""
    boxes, graph = _boxes(record), _graph(record)
    layers = _layers(graph)
    places, width, height = _places(layers, boxes)
    proved = sum(part.status == "proved" for part in record.parts)
    title = f"Plan: {record.origin}" if record.origin else "Plan"
    summary = f"{len(record.parts)} subgoals, {proved} proved: " + "; ".join(f"{part.name} {part.status}" for part in record.parts)
    return "\n".join(
        [
            f'<svg xmlns="http://www.w3.org/2000/svg" class="plan" role="img" viewBox="0 0 {width} {height}" width="{width}" height="{height}">',
            f"<title>{_escaped(title)}</title>",
            f"<desc>{_escaped(summary)}</desc>",
            f"<style>{_STYLE}</style>",
            *(line for above, below in graph.edges for line in _arrow(places[above], places[below], boxes[above])),
            *(line for key, box in boxes.items() for line in _box(places[key], box)),
            "</svg>",
            "",
        ]
    )


@dataclass(frozen=True, slots=True)
class _Box:
    name: str
    status: str
    text: str

    @property
    def lines(self) -> list[str]:
        return textwrap.wrap(self.text, _CHARACTERS, max_lines=_LINES, placeholder=" …") or [""]

    @property
    def height(self) -> int:
        return _LINE * (len(self.lines) + 1) + 12


_GOAL = ""
"""Stands for the planned goal among the subgoals' names, which are never empty."""


def _boxes(record: PlanRecord) -> dict[str, _Box]:
    boxes = {part.name: _Box(part.name, part.status, part.text) for part in record.parts}
    return boxes if _is_goal(record) else {**boxes, _GOAL: _Box("theorem", _whole(record), record.goal)}


def _graph(record: PlanRecord) -> "nx.DiGraph[str]":
    graph = record.graph()
    if not _is_goal(record):
        graph.add_node(_GOAL)
        graph.add_edges_from((part.name, _GOAL) for part in record.parts if not part.lemma)
    return graph


def _is_goal(record: PlanRecord) -> bool:
    """Without a split, the one case is the goal itself."""
    return not record.split


def _whole(record: PlanRecord) -> str:
    """What is to be said of the goal, whose status follows from its cases'."""
    cases = [part.status for part in record.parts if not part.lemma]
    return f"{cases.count('proved')} of {len(cases)} cases proved"


def _layers(graph: "nx.DiGraph[str]") -> list[list[str]]:
    """Layers from the top; in each, a box stands about where what leads to it stands."""
    layers: list[list[str]] = []
    place: dict[str, float] = {}
    for generation in nx.topological_generations(graph):
        layer = sorted(generation, key=lambda name: sum(place[above] for above in graph.predecessors(name)) / max(1, graph.in_degree(name)))
        place.update((name, (at + 0.5) / len(layer)) for at, name in enumerate(layer))
        layers.append(layer)
    return layers


def _places(layers: list[list[str]], boxes: dict[str, _Box]) -> tuple[dict[str, tuple[int, int]], int, int]:
    """The upper left corners of the boxes, and the size of the picture."""
    width = max((len(layer) for layer in layers), default=1) * (_WIDTH + _GAP) - _GAP + 2 * _MARGIN
    places, top = {}, _MARGIN
    for layer in layers:
        left = (width - len(layer) * (_WIDTH + _GAP) + _GAP) // 2
        for at, key in enumerate(layer):
            places[key] = (left + at * (_WIDTH + _GAP), top)
        top += max(boxes[key].height for key in layer) + _RISE
    return places, width, max(top - _RISE, _MARGIN) + _MARGIN


def _box(place: tuple[int, int], box: _Box) -> Iterator[str]:
    left, top = place
    status = box.status if box.status in get_args(Status) else "open"
    yield f'<g class="{status}"><title>{_escaped(f"{box.name} ({box.status}): {box.text}")}</title>'
    yield f'<rect x="{left}" y="{top}" width="{_WIDTH}" height="{box.height}" rx="4"/>'
    heading = textwrap.shorten(f"{box.name} · {box.status}", _CHARACTERS, placeholder=" …")
    yield f'<text class="name" x="{left + 8}" y="{top + _LINE + 2}">{_escaped(heading)}</text>'
    for number, line in enumerate(box.lines, 2):
        yield f'<text x="{left + 8}" y="{top + _LINE * number + 2}">{_escaped(line)}</text>'
    yield "</g>"


def _arrow(above: tuple[int, int], below: tuple[int, int], box: _Box) -> Iterator[str]:
    x, y = above[0] + _WIDTH // 2, above[1] + box.height
    to_x, to_y = below[0] + _WIDTH // 2, below[1]
    middle = (y + to_y) // 2
    yield f'<path d="M{x} {y}C{x} {middle} {to_x} {middle} {to_x} {to_y - 6}"/>'
    yield f'<path class="tip" d="M{to_x} {to_y}l-4 -7h8z"/>'


def _escaped(text: str) -> str:
    """Text as XML holds it; characters that XML has no place for are shown as such."""
    return escape(_NO_XML.sub("\N{REPLACEMENT CHARACTER}", text))


def _quoted(text: str) -> str:
    return json.dumps(_NO_XML.sub("\N{REPLACEMENT CHARACTER}", text), ensure_ascii=False)
