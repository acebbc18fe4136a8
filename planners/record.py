"""A plan and how far it has come, as a value: for the run directory, and for people. Knows nothing of Lean; drawing is `planners.drawing`'s."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import networkx as nx
from pydantic import ConfigDict, PlainSerializer, PlainValidator, TypeAdapter

from planners.layout import Layout
from prover.proof.script import Proof, as_data, from_data

Status = Literal["open", "proving", "proved", "disproved", "stuck"]
"""open: nobody is at it; proving: somebody is; stuck: its budget is spent."""

_Script = Annotated[Proof, PlainValidator(from_data), PlainSerializer(as_data)]


@dataclass(frozen=True, slots=True)
class Part:
    """One subgoal.

    Attributes:
        text: of a lemma, as its plan states it; of a case, the proposition that is to be proved.
        proof: of a part that is proved, and of no other.
        note: how it was disproved, or why it is stuck.
    """

    name: str
    lemma: bool
    text: str
    uses: tuple[str, ...]
    status: Status = "open"
    proof: _Script | None = None
    note: str = ""

    __pydantic_config__ = ConfigDict(strict=True, extra="forbid")

    def __post_init__(self) -> None:
        if (self.status == "proved") != (self.proof is not None):
            raise ValueError(f"subgoal {self.name}: proved is what has a proof")


@dataclass(frozen=True, slots=True)
class PlanRecord:
    """Attributes:
    goal: the proposition that is planned for.
    split, origin: see `planners.plan.Plan`.
    parts: the lemmas, each behind those that it uses, then the cases.
    """

    goal: str
    split: str
    origin: str
    parts: tuple[Part, ...]

    __pydantic_config__ = ConfigDict(strict=True, extra="forbid")

    def __post_init__(self) -> None:
        seen: set[str] = set()
        for part in self.parts:
            if part.name in seen or not seen.issuperset(part.uses):
                raise ValueError(f"subgoal {part.name}: its name is another's, or it uses what does not come before it")
            seen.add(part.name)

    @classmethod
    def of(cls, layout: Layout, proofs: Mapping[str, Proof] | None = None) -> "PlanRecord":
        """The plan as it was laid out, with what is proved of it."""
        texts = {lemma.name: lemma.text.strip() for lemma in layout.plan.lemmas}
        record = cls(
            layout.root.goals[0].target,
            layout.plan.split,
            layout.plan.origin,
            tuple(
                Part(subgoal.name, subgoal.lemma, texts[subgoal.name] if subgoal.lemma else subgoal.state.goals[0].target, subgoal.uses)
                for subgoal in layout.subgoals
            ),
        )
        for name, proof in (proofs or {}).items():
            record = record.having(name, "proved", proof=proof)
        return record

    def having(self, name: str, status: Status, *, proof: Proof | None = None, note: str = "") -> "PlanRecord":
        """The record with one subgoal's status changed.

        Raises:
            KeyError: no subgoal has the name.
            ValueError: a proof where there can be none, or none where there must be one.
        """
        if all(part.name != name for part in self.parts):
            raise KeyError(name)
        parts = (replace(part, status=status, proof=proof, note=note) if part.name == name else part for part in self.parts)
        return replace(self, parts=tuple(parts))

    def graph(self) -> "nx.DiGraph[str]":
        """As `Layout.graph`."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(part.name for part in self.parts)
        graph.add_edges_from((used, part.name) for part in self.parts for used in part.uses)
        return graph


_RECORD = TypeAdapter(PlanRecord)


def to_json(record: PlanRecord) -> str:
    return _RECORD.dump_json(record).decode()


def from_json(text: str | bytes) -> PlanRecord:
    """The record that `to_json` made this of.

    Raises:
        ValueError: it is no such thing.
    """
    return _RECORD.validate_json(text)


def to_data(record: PlanRecord) -> dict[str, Any]:
    """The record as JSON values, to be part of a larger document."""
    data: dict[str, Any] = _RECORD.dump_python(record, mode="json")
    return data
