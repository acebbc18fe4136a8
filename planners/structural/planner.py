"""All families together: the most promising plans first, none twice, and nothing that was found out to be wrong before."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from planners.plan import Lemma, Plan
from planners.planner import Known, PlanRequest
from planners.structural.bounds import ordered_products, quotients, signs_first
from planners.structural.cases import named, none_of_them, order, parts, residues, turned_round
from planners.structural.closed_forms import closed_forms
from planners.structural.idea import Family, Idea, Situation, chain
from planners.structural.inductions import growth, inductions, least_values, up_and_down
from planners.structural.laws import appended, continued, second_argument
from prover.policy.automation.text import words

FAMILIES: tuple[Family, ...] = (
    closed_forms,
    inductions,
    growth,
    least_values,
    up_and_down,
    appended,
    second_argument,
    continued,
    quotients,
    ordered_products,
    signs_first,
    parts,
    residues,
    order,
    turned_round,
    none_of_them,
    named,
)

_MOST_PLANS = 24
_MOST_KNOWN = 3


class StructuralPlanner:
    """The built-in planner. Deterministic; an answer costs some milliseconds."""

    @property
    def identity(self) -> dict[str, object]:
        return {"planner": "structural", "version": 1}

    async def plans(self, request: PlanRequest) -> Sequence[Plan]:
        """See `planners.planner.Planner`."""
        situation = Situation(request.state.goals[0], request.state.statement.header)
        ideas = [*_reused(situation, request.lemmas), *(idea for family in FAMILIES for idea in family(situation))]
        if request.round:
            ideas = [with_known for idea in ideas for with_known in _helped(situation, idea, request.known)]
        false = {_lemma_in(rejected.reason, rejected.plan) for rejected in request.rejected}
        seen = {_content(rejected.plan) for rejected in request.rejected}
        plans = []
        for idea in sorted(ideas, key=lambda idea: -idea.promise):
            content = _content(idea.plan)
            if content not in seen and not false.intersection(lemma.text for lemma in idea.plan.lemmas):
                seen.add(content)
                plans.append(idea.plan)
        return plans[:_MOST_PLANS]


def _content(plan: Plan) -> tuple[object, ...]:
    """What makes a plan this one: everything but who made it."""
    return plan.lemmas, plan.split, plan.uses


def _lemma_in(reason: str, plan: Plan) -> str | None:
    """The text of the lemma that was false, where the plan was rejected for that."""
    return next((lemma.text for lemma in plan.lemmas if reason.startswith(f"lemma {lemma.name} is false")), None)


def _reused(situation: Situation, lemmas: Sequence[Known]) -> Iterator[Idea]:
    """What was proved elsewhere: each alone, and all together."""
    named = [(name, lemma.text) for name, lemma in zip(situation.fresh(*(lemma.name for lemma in lemmas)), lemmas, strict=True)]
    for (name, text), lemma in zip(named, lemmas, strict=True):
        yield chain([(name, text)], f"reuses {lemma.name}", 7.5)
    if len(named) > 1:
        yield chain(named[:_MOST_KNOWN], "reuses what is similar", 7)


def _helped(situation: Situation, idea: Idea, known: Sequence[Known]) -> Iterator[Idea]:
    """The plan with what is proved about the goal, which costs nothing and may be what it lacked; then as it was."""
    target = words(situation.goal.target)
    taken = {lemma.name for lemma in idea.plan.lemmas} | {lemma.text for lemma in idea.plan.lemmas}
    helpful = [Lemma(k.name, k.text) for k in known if k.name not in taken and k.text not in taken and words(k.text) & target][:_MOST_KNOWN]
    if helpful:
        names = tuple(lemma.name for lemma in helpful)
        lemmas = (*helpful, *(replace(lemma, uses=(*names, *lemma.uses)) for lemma in idea.plan.lemmas))
        uses = (*names, *idea.plan.uses)
        yield Idea(replace(idea.plan, lemmas=lemmas, uses=uses, origin=f"{idea.plan.origin}, with what is known"), idea.promise + 0.5)
    yield idea
