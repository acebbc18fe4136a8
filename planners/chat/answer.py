"""From what a model wrote to a plan, or to the reason why it is none.

Two forms are read: the JSON object that the prompt asks for, and the block of `have`s that many models write whatever they are asked for. Both
inside a fenced block, or the object at the end. Everything else is prose and never a step. What could be meant in two ways is refused, with a reason
that the model gets to read. Nothing here asks Lean.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import networkx as nx
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from planners.chat.lean_text import NAME, Unreadable, binders, printable, proposition, tactic, tokens
from planners.plan import Lemma, Plan
from planners.planner import Known, PlanRequest

LONGEST_ANSWER = 100_000
"""Characters, without the thinking."""

MOST_LEMMAS = 40
LONGEST_STATEMENT = 4_000
LONGEST_ORIGIN = 200


class Malformed(Exception):
    """An answer that is no plan. The message is for the model that wrote it."""


@dataclass(frozen=True, slots=True)
class Step:
    """A lemma as it was answered.

    Attributes:
        text: as `Lemma.text`.
        uses: None where the answer does not say: all that come before it.
    """

    name: str
    text: str
    uses: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Sketch:
    """An answer, before its names are compared with those of the goal."""

    steps: tuple[Step, ...]
    uses: tuple[str, ...] | None = None
    split: str = ""
    idea: str = ""


class _LemmaJson(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    name: str
    statement: str
    uses: list[str] | None = None


class _PlanJson(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)
    idea: str = ""
    lemmas: list[_LemmaJson] = Field(default=[], max_length=MOST_LEMMAS)
    uses: list[str] | None = None
    split: str = Field("", max_length=LONGEST_STATEMENT)


def read(text: str, request: PlanRequest, origin: str) -> Plan:
    """The plan that an answer holds.

    Args:
        origin: who made it; the idea that the model writes down is added.

    Raises:
        Malformed: it holds none.
    """
    said = _said(text)
    if len(said) > LONGEST_ANSWER:
        raise Malformed(f"the answer has {len(said)} characters; write at most {LONGEST_ANSWER}")
    return plan_of(_sketch(said), request, origin)


def _said(text: str) -> str:
    """Without the thinking of models that think aloud."""
    said = text.rpartition("</think>")[2].strip()
    if said.startswith("<think>"):
        raise Malformed("the answer is all thinking: it ends before there is a plan")
    if not said:
        raise Malformed("the answer is empty")
    return said


def _sketch(said: str) -> Sketch:
    if said.startswith("{"):
        return _from_json(said)
    blocks = list(_blocks(said))
    objects = {block for language, block in blocks if language == "json" or (not language and block.startswith("{"))}
    haves = {block for language, block in blocks if language in ("lean", "lean4", "tactics", "") and _HAVE_LINE.search(block)}
    match sorted(objects or haves):
        case [block]:
            return _from_json(block) if objects else _from_lean(block)
        case [] if brace := re.search(r"^\{", said, re.MULTILINE):
            return _from_json(said[brace.start() :])
        case []:
            raise Malformed("the answer has no JSON object, in a ```json block, and so no plan")
        case several:
            raise Malformed(f"the answer has {len(several)} plans: give one, in one ```json block")


_FENCE = re.compile(r"[ \t]*(`{3,})[ \t]*(\w*)[^`]*")


def _blocks(text: str) -> Iterator[tuple[str, str]]:
    """Language and inside of each fenced block."""
    fence, language, lines = "", "", list[str]()
    for line in text.split("\n"):
        mark = _FENCE.fullmatch(line)
        if mark and not fence:
            fence, language, lines = mark[1], mark[2].lower(), []
        elif mark and not mark[2] and len(mark[1]) >= len(fence):
            yield language, "\n".join(lines).strip("\n")
            fence = ""
        elif fence:
            lines.append(line)
    if fence:
        raise Malformed("the answer has a ``` block that does not end")


def _from_json(text: str) -> Sketch:
    try:
        value = json.loads(text, strict=False, object_pairs_hook=_each_key_once)  # not strict: line breaks in strings are as good as \n
        answer = _PlanJson.model_validate(value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "it"
        raise Malformed(f"the JSON object is not as asked for: {where}: {first['msg']}") from None
    except ValueError as error:
        raise Malformed(f"the answer is no JSON: {error}") from None
    except RecursionError:
        raise Malformed("the JSON is nested too deeply") from None
    return Sketch(
        tuple(
            Step(_named(lemma.name), _statement(lemma.name, lemma.statement), None if lemma.uses is None else tuple(lemma.uses))
            for lemma in answer.lemmas
        ),
        None if answer.uses is None else tuple(answer.uses),
        _split(answer.split),
        answer.idea,
    )


def _each_key_once(pairs: Sequence[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise Malformed("the JSON object gives a key twice")
    return found


def _named(name: str) -> str:
    if not NAME.fullmatch(name):
        raise Malformed(f"{name[:60]!r} is no name for a lemma: letters, digits, _ and ' only, at most 60")
    return name


def _statement(name: str, text: str) -> str:
    """A proposition, with or without binders and colon, with or without its own name in front, as `Lemma.text`."""
    rest = text.strip()
    declared = re.match(r"(?:have|lemma|theorem)\s+", rest)
    rest = rest[declared.end() :] if declared else rest
    own = re.match(rf"{re.escape(name)}(?![\w'.!?₀-₉])\s*(?=[(\[{{⦃:]|$)", rest)
    try:
        if own and (declared or binders(rest[own.end() :]) is not None):
            rest = rest[own.end() :]
        found = proposition(rest)
        colon = binders(found)
    except Unreadable as unreadable:
        raise Malformed(f"the statement of {name} {unreadable}") from None
    if (declared and not own) or (colon is None and re.match(r"[^\W\d][\w'₀-₉]*\s*:(?![:=])", found)):
        raise Malformed(f"the statement of {name} begins with the name of something else: write the proposition alone")
    if not (found if colon is None else found[colon + 1 :]).strip():
        raise Malformed(f"the statement of {name} is empty")
    if len(found) > LONGEST_STATEMENT:
        raise Malformed(f"the statement of {name} has {len(found)} characters; write at most {LONGEST_STATEMENT}")
    return f": {found}" if colon is None else found


def _split(text: str) -> str:
    try:
        return tactic(text)
    except Unreadable as unreadable:
        raise Malformed(f"the split {unreadable}") from None


# A block of `have`s.

_HAVE_LINE = re.compile(r"^ *have\b", re.MULTILINE)
_STEP = re.compile(r"have\s+([^\W\d][\w'!?₀-₉]*)(?=[\s:(\[{⦃])")


def _from_lean(block: str) -> Sketch:
    """Steps are the lines that begin with `have` at the column of the first; what is further to the right belongs to the step above."""
    try:
        lines = _logical_lines(block)
    except Unreadable as unreadable:
        raise Malformed(f"the Lean block {unreadable}") from None
    first = next((place for place, line in enumerate(lines) if line.lstrip(" ").startswith("have")), None)
    if first is None:
        raise Malformed("the Lean block has no `have`")
    column = _column(lines[first])
    before = "\n".join(line for line in lines[:first] if not re.match(r"(?:import|open|set_option|universe)\b", line))
    if before and not re.fullmatch(r"(?:theorem|lemma|example)\b(?:(?!:=\s*by\n).)*:=\s*by", before, re.DOTALL):
        raise Malformed(f"the Lean block has `{lines[first - 1].strip()[:60]}` before its first `have`: write the steps only, or the JSON object")
    steps: list[list[str]] = []
    closing = ""
    for line in lines[first:]:
        if _column(line) > column:
            if not closing:
                steps[-1].append(line)
        elif _column(line) == column and re.match(r" *have\b", line) and not closing:
            steps.append([line])
        elif re.match(r" *have\b", line):
            raise Malformed(f"the Lean block has `{closing[:60]}` between its `have` steps: write the steps only, or the JSON object")
        else:
            closing = line.strip()
    if len(steps) > MOST_LEMMAS:
        raise Malformed(f"the plan has {len(steps)} lemmas; give at most {MOST_LEMMAS}")
    return Sketch(tuple(_step("\n".join(step).strip()) for step in steps))


def _step(text: str) -> Step:
    match = _STEP.match(text)
    if match is None:
        raise Malformed(f"`{text.splitlines()[0][:60]}` is no `have NAME : PROPOSITION`")
    name = _named(match[1])
    rest = text[match.end() :].lstrip()
    if rest.startswith(":="):
        raise Malformed(f"{name} has a proof and no statement: write `have {name} : PROPOSITION`")
    found = _statement(name, rest)
    if found.startswith(":") != rest.startswith(":"):
        raise Malformed(f"`{text.splitlines()[0][:60]}` is no `have NAME : PROPOSITION`")
    return Step(name, found, None)


def _logical_lines(block: str) -> list[str]:
    """Lines that are not blank, without comments; what is inside brackets or strings goes on with the line that it began on."""
    lines = [""]
    for token in tokens(printable(block)):
        if token.text == "\n" and token.depth == 0:
            lines.append("")
        elif token.kind != "comment":
            lines[-1] += token.text
    return [line.rstrip() for line in lines if line.strip()]


def _column(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


# From names to a DAG.


def plan_of(sketch: Sketch, request: PlanRequest, origin: str) -> Plan:
    """The plan, with what is known and used stated again, each lemma behind those that it uses. Hypotheses that are listed as used are left out.

    Raises:
        Malformed: a name is used that nobody has, or given twice, or lemmas use one another in a circle.
    """
    steps = _all_steps(sketch, request)
    if not steps and not sketch.split:
        raise Malformed("the plan is empty: it has neither a lemma nor a split")
    hypotheses = {hypothesis.name for hypothesis in request.state.goals[0].hypotheses}
    uses: dict[str, tuple[str, ...]] = {}
    for step in steps.values():
        before = tuple(uses)
        uses[step.name] = before if step.uses is None else _existing(f"the lemma {step.name}", step.uses, steps, hypotheses)
    order = _ordered(uses)
    goal = tuple(order) if sketch.uses is None else _existing("the goal", sketch.uses, steps, hypotheses)
    idea = " ".join(sketch.idea.split())
    return Plan(
        tuple(Lemma(name, steps[name].text, tuple(used for used in order if used in uses[name])) for name in order),
        sketch.split,
        tuple(name for name in order if name in goal),
        (f"{origin}: {idea}" if idea.isprintable() and idea else origin)[:LONGEST_ORIGIN],
    )


def _all_steps(sketch: Sketch, request: PlanRequest) -> dict[str, Step]:
    """By name; first what is proved already and named as used, without being stated again."""
    stated = {step.name for step in sketch.steps}
    if len(stated) < len(sketch.steps):
        raise Malformed("two lemmas have one name")
    proved: dict[str, Known] = {known.name: known for known in (*request.lemmas, *request.known)}
    wanted = {name for uses in (sketch.uses, *(step.uses for step in sketch.steps)) if uses for name in uses} - stated
    return {name: Step(name, proved[name].text, ()) for name in proved if name in wanted} | {step.name: step for step in sketch.steps}


def _existing(who: str, names: Sequence[str], steps: Mapping[str, Step], hypotheses: set[str]) -> tuple[str, ...]:
    for name in names:
        if name not in steps and name not in hypotheses:
            raise Malformed(f"{who} uses {name[:60]!r}, which is no lemma of the plan: list the names of its own lemmas in `uses`, and nothing else")
    return tuple(name for name in names if name in steps)


def _ordered(uses: Mapping[str, Sequence[str]]) -> list[str]:
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(uses)
    graph.add_edges_from((used, name) for name, used_by_it in uses.items() for used in used_by_it)
    places = {name: place for place, name in enumerate(uses)}
    try:
        return list(nx.lexicographical_topological_sort(graph, key=places.__getitem__))
    except nx.NetworkXUnfeasible:
        circle = " → ".join(str(edge[0]) for edge in nx.find_cycle(graph))
        raise Malformed(f"the lemmas use one another in a circle: {circle}") from None
