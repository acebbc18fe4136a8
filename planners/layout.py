"""A plan laid out in Lean: each of its subgoals as a state of its own, and the proof of the goal from the proofs of the subgoals.

Whether a text is a lemma is seen from what Lean makes of it: the `have` must leave the goal as it was with one more hypothesis, and one goal more.
Nothing is proved here. Costs one step for each lemma, one for the split, and some more where contexts have no common beginning.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import networkx as nx

from planners.plan import Lemma, Plan
from prover.policy.automation.text import words
from prover.proof.lean import Lean
from prover.proof.script import ALL, Proof
from prover.proof.state import ProofState
from prover.proof.step import Advanced, Closed, Crashed, Rejected, StepResult, TimedOut

GOAL = "goal"
"""Name of the one case of a plan without a split."""

_NAME = re.compile(r"[^\W\d][\w'₀-₉]*")


@dataclass(frozen=True, slots=True)
class Subgoal:
    """One problem of a plan.

    Attributes:
        name: the lemma's; of a case, the last part of the one that Lean gives it, or its number.
        state: one goal, in the context of the planned goal and of the lemmas that it may use.
        uses: those lemmas, in the order of their hypotheses: the ones that the plan lists, and the ones that their texts speak of.
    """

    name: str
    state: ProofState
    uses: tuple[str, ...]
    lemma: bool


@dataclass(frozen=True, slots=True)
class Layout:
    """Attributes:
    root: the goal that is planned for.
    split: the state that the plan's split leaves; None where there is no split, or where it closes the goal.
    uses: the lemmas in the context of the cases, as `Subgoal.uses`.
    subgoals: first the lemmas, each behind those that it uses, then the cases.
    """

    plan: Plan
    root: ProofState
    split: ProofState | None
    uses: tuple[str, ...]
    subgoals: tuple[Subgoal, ...]

    @property
    def lemmas(self) -> tuple[Subgoal, ...]:
        return tuple(subgoal for subgoal in self.subgoals if subgoal.lemma)

    @property
    def cases(self) -> tuple[Subgoal, ...]:
        return tuple(subgoal for subgoal in self.subgoals if not subgoal.lemma)

    def graph(self) -> "nx.DiGraph[str]":
        """Who may use whom: an edge leads from a lemma to the subgoal that uses it."""
        graph: nx.DiGraph[str] = nx.DiGraph()
        graph.add_nodes_from(subgoal.name for subgoal in self.subgoals)
        graph.add_edges_from((used, subgoal.name) for subgoal in self.subgoals for used in subgoal.uses)
        return graph

    @property
    def needed(self) -> tuple[str, ...]:
        """Names of the subgoals that the goal follows from: the cases, and the lemmas that they use, directly or not."""
        graph = self.graph()
        wanted = {case.name for case in self.cases} | set(self.uses)
        wanted.update(*(nx.ancestors(graph, name) for name in tuple(wanted)))
        return tuple(subgoal.name for subgoal in self.subgoals if subgoal.name in wanted)

    def proof(self, proofs: Mapping[str, Proof]) -> Proof:
        """A proof of the root: the lemmas as `have`s, each behind those that it uses, then the cases. Lemmas that nothing uses are left out.

        Raises:
            KeyError: no proof of a subgoal that is needed.
        """
        texts = {lemma.name: lemma.text for lemma in self.plan.lemmas}
        lemmas = [lemma for lemma in self.lemmas if lemma.name in self.needed]
        names = [lemma.name for lemma in lemmas]
        proof = _without(names, self.uses, self._cases(proofs))
        for number, lemma in reversed(list(enumerate(lemmas))):
            here, rest = _sides(lemma.state)
            own = _without(names[:number], lemma.uses, proofs[lemma.name])
            proof = Proof(_have(lemma.name, texts[lemma.name]), tuple(sorted(((here, own), (rest, proof)), key=lambda part: part[0])))
        return proof

    def _cases(self, proofs: Mapping[str, Proof]) -> Proof:
        if not self.plan.split:
            return proofs[GOAL]
        if self.split is None or len(self.split.goals) == 1:
            return Proof(self.plan.split, tuple((ALL, proofs[case.name]) for case in self.cases))
        return Proof(self.plan.split, tuple((_opened(case.state), proofs[case.name]) for case in self.cases))


@dataclass(frozen=True, slots=True)
class Flawed:
    """The plan cannot be laid out; ``reason`` says what is wrong with it, and Lean's error, for the planner to read."""

    reason: str


async def lay_out(lean: Lean, root: ProofState, plan: Plan) -> Layout | Flawed:
    """The plan's subgoals as Lean sees them.

    Args:
        root: one goal: a statement's first state, or an opened one.
    """
    try:
        return await _Drawing(lean, root, plan).finished()
    except _Flaw as flaw:
        return Flawed(str(flaw))


class _Flaw(Exception):
    pass


class _Drawing:
    """One plan on its way to Lean."""

    def __init__(self, lean: Lean, root: ProofState, plan: Plan) -> None:
        self._lean, self._root, self._plan = lean, root, plan
        self._lemmas = _ordered(root, plan)
        self._laid: dict[tuple[str, ...], tuple[ProofState, ProofState]] = {}

    async def finished(self) -> Layout:
        plan = self._plan
        if not plan.split and not plan.uses:
            raise _Flaw("the plan has no split, and the goal uses none of its lemmas: it leaves the goal as it is")
        subgoals = []
        for name, lemma in self._lemmas.items():
            context = self._context(lemma.uses)
            _, state = await self._with((*context, name))
            subgoals.append(Subgoal(name, state, context, lemma=True))
        context = self._context(plan.uses)
        main = (await self._with(context))[0] if context else self._root
        if not plan.split:
            return Layout(plan, self._root, None, context, (*subgoals, Subgoal(GOAL, main, context, lemma=False)))
        match await self._lean.step(main, plan.split):
            case Closed():
                return Layout(plan, self._root, None, context, tuple(subgoals))
            case Advanced(state, _):
                return Layout(plan, self._root, state, context, (*subgoals, *self._cases(state, context)))
            case failed:
                raise _Flaw(f"the split `{_line(plan.split)}` fails: {_error(failed)}")

    async def _with(self, names: tuple[str, ...]) -> tuple[ProofState, ProofState]:
        """The root with lemmas in its context; and the last of them, to be proved from the others."""
        if names not in self._laid:
            before = (await self._with(names[:-1]))[0] if len(names) > 1 else self._root
            self._laid[names] = await self._state(before, self._lemmas[names[-1]])
        return self._laid[names]

    async def _state(self, before: ProofState, lemma: Lemma) -> tuple[ProofState, ProofState]:
        match await self._lean.step(before, _have(lemma.name, lemma.text)):
            case Advanced(state, _):
                return _main_and_lemma(before, state, lemma.name)
            case failed:
                unlisted = sorted(_mentioned(lemma.text) & self._lemmas.keys() - {lemma.name, *lemma.uses})
                hint = f" (it speaks of {', '.join(unlisted)}, which it does not list in its uses)" if unlisted else ""
                raise _Flaw(f"lemma {lemma.name}: {_error(failed)}{hint}")

    def _context(self, uses: Iterable[str]) -> tuple[str, ...]:
        """The lemmas that a context must hold, in their order: those listed, and those that their texts speak of."""
        wanted: set[str] = set()
        left = list(uses)
        while left:
            name = left.pop()
            if name not in wanted:
                wanted.add(name)
                lemma = self._lemmas[name]
                left += _mentioned(lemma.text) & set(lemma.uses)
        return tuple(name for name in self._lemmas if name in wanted)

    def _cases(self, state: ProofState, context: tuple[str, ...]) -> list[Subgoal]:
        parts = state.split()
        if any(len(part.goals) > 1 for part in parts):
            raise _Flaw(
                f"the goals that the split `{_line(self._plan.split)}` leaves have unknowns in common (?…): they are no problems of their own"
            )
        names = [part.goals[0].case.rpartition(".")[2] for part in parts]
        if "" in names or len(set(names)) < len(names) or self._lemmas.keys() & set(names):
            names = [f"case {number}" for number in range(1, len(parts) + 1)]
        return [Subgoal(name, part, context, lemma=False) for name, part in zip(names, parts, strict=True)]


def _ordered(root: ProofState, plan: Plan) -> dict[str, Lemma]:
    """The lemmas by name, each behind those that it uses, otherwise in the plan's order.

    Raises:
        _Flaw: names or uses are not what they must be.
    """
    lemmas = {lemma.name: lemma for lemma in plan.lemmas}
    taken = {hypothesis.name for hypothesis in root.goals[0].hypotheses}
    for lemma in plan.lemmas:
        if not _NAME.fullmatch(lemma.name):
            raise _Flaw(f"`{_line(lemma.name)}` is no name for a lemma: letters, digits, _ and ' only")
        if lemma.name in taken:
            raise _Flaw(f"the lemma's name {lemma.name} is taken, by a hypothesis or another lemma")
        taken.add(lemma.name)
    for user, uses in [*((f"lemma {lemma.name}", lemma.uses) for lemma in plan.lemmas), ("the goal", plan.uses)]:
        if unknown := [name for name in uses if name not in lemmas]:
            raise _Flaw(f"{user} uses {', '.join(unknown)}, which the plan does not state")
    graph: nx.DiGraph[str] = nx.DiGraph()
    graph.add_nodes_from(lemmas)
    graph.add_edges_from((used, lemma.name) for lemma in plan.lemmas for used in lemma.uses)
    places = {name: place for place, name in enumerate(lemmas)}
    try:
        return {name: lemmas[name] for name in nx.lexicographical_topological_sort(graph, key=places.__getitem__)}
    except nx.NetworkXUnfeasible:
        circle = " → ".join(edge[0] for edge in nx.find_cycle(graph))
        raise _Flaw(f"the lemmas use one another in a circle: {circle}") from None


def _main_and_lemma(before: ProofState, after: ProofState, name: str) -> tuple[ProofState, ProofState]:
    """What a `have` has left, told apart by the new hypothesis.

    Raises:
        _Flaw: it has done something else than to add one.
    """
    goal, parts = before.goals[0], after.split()
    if len(after.goals) == 2 and len(parts) == 2:
        for main, lemma in (parts, parts[::-1]):
            *others, new = main.goals[0].hypotheses or (None,)
            if new is not None and new.name == name and tuple(others) == goal.hypotheses and main.goals[0].target == goal.target:
                if new.kind != "prop":
                    raise _Flaw(f"lemma {name}: `{new.type}` is not a proposition")
                return main, lemma
    raise _Flaw(f"lemma {name}: its text is no mere statement, or leaves something unknown (_, ?x); write binders, a colon and a proposition")


def _have(name: str, text: str) -> str:
    return f"have {name} {text.strip()} := ?_"


def _without(names: Iterable[str], uses: Iterable[str], proof: Proof) -> Proof:
    """The proof in a context that has more lemmas than it was found in."""
    unneeded = [name for name in names if name not in set(uses)]
    return Proof(f"clear {' '.join(unneeded)}", ((ALL, proof),)) if unneeded else proof


def _opened(state: ProofState) -> tuple[int, ...]:
    assert state.opened is not None
    return state.opened.goals


def _sides(lemma: ProofState) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Which of the two goals of its `have` is the lemma, and which is the rest."""
    (here,) = _opened(lemma)
    return (here,), (1 - here,)


def _mentioned(text: str) -> set[str]:
    return {word.partition(".")[0] for word in words(text)}


def _error(result: StepResult) -> str:
    match result:
        case Rejected(_, message, _):
            return _line(message)
        case TimedOut(seconds):
            return f"Lean did not finish it in {seconds:.0f} s"
        case Crashed():
            return "Lean crashed on it"
        case Advanced() | Closed():
            return "it does something else than it should"


def _line(text: str) -> str:
    return " ".join(text.split())
